//! Cutting the audit log: its oldest lines leave the data, and only those.

use crate::support::{TestApp, event};
use app::{
    domain::{AuditFilter, EventKind, Timestamp, TokenId},
    service::{AuditHead, AuditReport, StoreError},
};
use sqlx::AssertSqlSafe;

const DAY: i64 = 24 * 60 * 60 * 1_000;

fn at(day: i64) -> Timestamp {
    Timestamp::from_millis(day * DAY + 5)
}

/// A line of the log with its link.
async fn head(app: &TestApp, id: i64) -> AuditHead {
    let row = app.store.chain(id - 1, 1).await.unwrap().remove(0);
    AuditHead { id: row.id, link: row.link }
}

async fn cut(app: &TestApp, last: &AuditHead) -> Result<(), StoreError> {
    let after = app.store.audit_start().await.unwrap().after;
    let said = event(EventKind::AuditArchived, app.admin.id(), at(9));
    app.store.cut_audit(&after, last, &said).await
}

async fn numbers(app: &TestApp, filter: &AuditFilter) -> Vec<i64> {
    let lines = app.store.audit_lines(filter, i64::MAX, 100).await.unwrap();
    lines.iter().rev().map(|line| line.id).collect()
}

/// Three tokens, each created in a line of its own, the last of which is line 6.
async fn with_lines() -> (TestApp, TokenId) {
    let app = TestApp::new().await;
    let first = app.create("One").await.token.id;
    app.create("Two").await;
    app.create("Three").await;
    assert_eq!(app.last_line().await, 6);
    (app, first)
}

#[tokio::test]
async fn lines_up_to_a_cut_are_gone_and_the_chain_goes_on_from_the_last_of_them() {
    let (app, _) = with_lines().await;
    let before = app.store.audit_start().await.unwrap();
    assert_eq!((before.after.id, before.after.link.len(), before.cut_at), (0, 0, None));
    for last in [2, 5] {
        let last = head(&app, last).await;
        cut(&app, &last).await.unwrap();
        let start = app.store.audit_start().await.unwrap();
        assert_eq!((&start.after, start.cut_at), (&last, Some(at(9))));
        assert_eq!(start.installation, before.installation);
    }
    assert_eq!(numbers(&app, &AuditFilter::default()).await, [6, 7, 8]);
    assert_eq!(app.kinds_after(0).await, ["token.created", "audit.archived", "audit.archived"]);
    app.create("Four").await;
    let report = app.service.verify_audit(None).await.unwrap();
    assert!(matches!(report, AuditReport::Whole { lines: 4, after: 5, .. }), "{report:?}");
}

#[tokio::test]
async fn a_whole_log_can_be_cut_and_goes_on_with_the_line_that_says_so() {
    let (app, _) = with_lines().await;
    cut(&app, &head(&app, 6).await).await.unwrap();
    assert_eq!(numbers(&app, &AuditFilter::default()).await, [7]);
    let report = app.service.verify_audit(None).await.unwrap();
    assert!(matches!(report, AuditReport::Whole { lines: 1, after: 6, .. }), "{report:?}");
}

#[tokio::test]
async fn nothing_is_cut_from_another_place_or_at_another_line_than_was_said() {
    let (app, _) = with_lines().await;
    let (third, fifth) = (head(&app, 3).await, head(&app, 5).await);
    let zero = app.store.audit_start().await.unwrap().after;
    cut(&app, &third).await.unwrap();
    let before = app.data().await;
    let said = event(EventKind::AuditArchived, app.admin.id(), at(9));
    let forged = AuditHead { id: 5, link: third.link.clone() };
    let beyond = AuditHead { id: 99, link: fifth.link.clone() };
    for (after, last) in [(&zero, &fifth), (&fifth, &fifth), (&third, &forged), (&third, &beyond)] {
        let refused = app.store.cut_audit(after, last, &said).await.unwrap_err();
        assert!(matches!(refused, StoreError::Outdated), "{refused}");
    }
    assert_eq!(app.data().await, before, "not even a line that says so");
}

#[tokio::test]
async fn nothing_but_a_cut_takes_a_line_out_and_no_cut_leaves_one_in_front_of_it() {
    let (app, _) = with_lines().await;
    let refused = async |sql: &str| {
        let ran = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut app.raw().await).await;
        let error = ran.unwrap_err().to_string();
        assert!(error.contains("append-only") || error.contains("cut after"), "{sql}: {error}");
    };
    let forward = "update audit_head set line = 5";
    for sql in ["delete from event where id = 1", "delete from event", forward] {
        refused(sql).await;
    }
    cut(&app, &head(&app, 3).await).await.unwrap();
    for sql in [
        "delete from event where id = 4",
        "delete from event",
        "update event set address = 'x' where id = 4",
        forward,
        "update audit_head set line = 2",
        "update audit_head set line = 0",
        "update audit_head set at = 1",
        "delete from audit_head",
    ] {
        refused(sql).await;
    }
    assert_eq!(numbers(&app, &AuditFilter::default()).await, [4, 5, 6, 7]);
}

#[tokio::test]
async fn a_line_that_is_put_in_front_of_a_cut_is_found() {
    let (app, _) = with_lines().await;
    cut(&app, &head(&app, 3).await).await.unwrap();
    app.run(
        "insert into event (id, at, kind, address, request_id, details, link)
         select 2, at, kind, address, request_id, details, link from event where id = 4",
    )
    .await;
    assert_eq!(app.service.verify_audit(None).await.unwrap(), AuditReport::Broken { id: 2 });
}

#[tokio::test]
async fn a_head_from_before_a_cut_is_known_to_be_in_an_archive() {
    let (app, _) = with_lines().await;
    let (second, third) = (head(&app, 2).await, head(&app, 3).await);
    cut(&app, &third).await.unwrap();
    let verify = async |kept| app.service.verify_audit(Some(kept)).await.unwrap();
    assert_eq!(verify(&second).await, AuditReport::HeadArchived { id: 2 });
    assert!(matches!(verify(&third).await, AuditReport::Whole { .. }));
    let other = AuditHead { id: 3, link: second.link.clone() };
    assert_eq!(verify(&other).await, AuditReport::HeadMissing { id: 3 });
}

#[tokio::test]
async fn who_created_a_token_and_who_made_a_link_is_told_after_the_lines_are_gone() {
    let (app, token) = with_lines().await;
    let ines = app.user("Ines Okafor", app::domain::Role::Member).await;
    app.service.make_link(&app.admin.caller, ines.id()).await.unwrap();
    let told = async || {
        let record = app.service.token_record(&app.admin.caller, token, "").await.unwrap();
        let link = app.service.profile(&ines.caller).await.unwrap().link;
        (record.created_by.unwrap(), link.unwrap())
    };
    let before = told().await;
    assert_eq!(before.0, "Ada Moreau (ada@example.com)");
    cut(&app, &head(&app, app.last_line().await).await).await.unwrap();
    assert_eq!(told().await, before);
}

#[tokio::test]
async fn the_last_line_before_a_day_is_found_and_days_still_filter_after_a_cut() {
    let app = TestApp::new().await;
    let start = app.last_line().await;
    // The clock was set back once, in the third line.
    for day in [30_000, 30_001, 30_000, 30_002, 30_002] {
        app.store.record(&event(EventKind::Refused, app.admin.id(), at(day))).await.unwrap();
    }
    let before =
        async |day: i64| app.store.last_line_before(Timestamp::from_millis(day * DAY)).await.unwrap() - start;
    assert_eq!((before(30_000).await, before(30_001).await), (0, 1));
    assert_eq!((before(30_002).await, before(30_003).await), (3, 5));
    cut(&app, &head(&app, start + 2).await).await.unwrap();
    assert_eq!((before(30_001).await, before(30_002).await, before(30_003).await), (3, 3, 6));
    let day = |since: i64, until: i64| AuditFilter {
        since: Some(Timestamp::from_millis(since * DAY)),
        until: Some(Timestamp::from_millis(until * DAY)),
        ..AuditFilter::default()
    };
    assert_eq!(numbers(&app, &day(30_000, 30_001)).await, [start + 3]);
    assert_eq!(numbers(&app, &day(30_001, 30_002)).await, [0; 0]);
    assert_eq!(numbers(&app, &day(30_001, 30_003)).await, [start + 4, start + 5]);
}

#[tokio::test]
async fn programs_from_before_there_were_cuts_are_refused_from_the_first_one_on() {
    let (app, _) = with_lines().await;
    let oldest = async || app.number("select oldest from compatibility").await;
    assert_eq!(oldest().await, 15);
    cut(&app, &head(&app, 3).await).await.unwrap();
    assert_eq!(oldest().await, 16);
}
