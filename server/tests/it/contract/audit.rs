use crate::support::{TestApp, event};
use app::{
    domain::{AuditFilter, Event, EventKind, PersonId, Timestamp, TokenId},
    service::chain_link,
};
use uuid::Uuid;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

async fn record(app: &TestApp, event: &Event) {
    app.store.record(event).await.unwrap();
}

async fn found(app: &TestApp, filter: &AuditFilter) -> Vec<i64> {
    let lines = app.store.audit_lines(filter, i64::MAX, 100).await.unwrap();
    lines.iter().map(|line| line.id).collect()
}

#[tokio::test]
async fn a_line_is_read_back_as_it_was_with_the_names_of_today() {
    let app = TestApp::new().await;
    let token = app.create("Deploy").await.token;
    let ada = app.admin.id();
    let written = Event {
        token: Some(token.id),
        person: None,
        details: r#"{"a":"b"}"#.into(),
        ..event(EventKind::TokenEdited, ada, at(77))
    };
    record(&app, &written).await;
    app.service.rename(&app.admin.caller, "Ada M.").await.unwrap();
    let last = app.last_line().await;
    let line = app.store.audit_lines(&AuditFilter::default(), last, 1).await.unwrap().remove(0);
    assert_eq!((line.id, line.at, line.kind.as_str()), (last - 1, at(77), "token.edited"));
    assert_eq!((line.actor, line.token, line.person), (Some(ada), Some(token.id), None));
    assert_eq!((line.actor_name.as_str(), line.target_name.as_str()), ("Ada M.", "Deploy"));
    assert_eq!(
        (&line.address, &line.request_id, &line.details),
        (&written.address, &written.request_id, &written.details)
    );
}

#[tokio::test]
async fn a_line_about_what_has_never_been_there_is_written_all_the_same() {
    let app = TestApp::new().await;
    let nothing = Event {
        token: Some(TokenId::from_uuid(Uuid::now_v7())),
        person: Some(PersonId::from_uuid(Uuid::now_v7())),
        ..event(EventKind::Refused, app.admin.id(), at(5))
    };
    record(&app, &nothing).await;
    let line = app.store.audit_lines(&AuditFilter::default(), i64::MAX, 1).await.unwrap().remove(0);
    assert_eq!((line.kind.as_str(), line.token, line.person), ("refused", None, None));
}

#[tokio::test]
async fn lines_come_newest_first_before_a_line_and_up_to_a_limit() {
    let app = TestApp::new().await;
    for i in 0..5 {
        // Lines are ordered by their numbers, whatever the clock says.
        record(&app, &event(EventKind::Refused, app.admin.id(), at(100 - i))).await;
    }
    let last = app.last_line().await;
    let ids = async |before, limit| {
        let lines = app.store.audit_lines(&AuditFilter::default(), before, limit).await.unwrap();
        lines.iter().map(|line| line.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(i64::MAX, 3).await, [last, last - 1, last - 2]);
    assert_eq!(ids(last - 2, 2).await, [last - 3, last - 4]);
    assert!(ids(1, 10).await.is_empty());
    assert!(ids(i64::MIN, 10).await.is_empty());
}

#[tokio::test]
async fn filters_let_through_what_fits_all_of_them() {
    let app = TestApp::new().await;
    let (ada, token) = (app.admin.id(), app.create("Deploy").await.token.id);
    let ines = app.user("Ines Okafor", app::domain::Role::Member).await.id();
    let start = app.last_line().await;
    let base = |kind, millis| Event { person: None, ..event(kind, ada, at(millis)) };
    for event in [
        base(EventKind::Refused, 10),
        Event { token: Some(token), ..base(EventKind::TokenEdited, 20) },
        Event { person: Some(ines), ..base(EventKind::RoleChanged, 30) },
        Event { actor: Some(ines), ..base(EventKind::Refused, 40) },
        Event { actor: None, address: "2001:db8::1".into(), ..base(EventKind::SignInFailed, 50) },
    ] {
        record(&app, &event).await;
    }
    let all = AuditFilter { until: Some(at(1_000)), ..AuditFilter::default() };
    let numbers = async |filter: AuditFilter| {
        let ids = found(&app, &filter).await;
        ids.into_iter().map(|id| id - start).collect::<Vec<_>>()
    };
    assert_eq!(numbers(all.clone()).await, [5, 4, 3, 2, 1]);
    assert_eq!(numbers(AuditFilter { kind: Some(EventKind::Refused), ..all.clone() }).await, [4, 1]);
    assert_eq!(
        numbers(AuditFilter { person: Some(ines), ..all.clone() }).await,
        [4, 3],
        "did, or was done to"
    );
    assert_eq!(numbers(AuditFilter { token: Some(token), ..all.clone() }).await, [2]);
    assert_eq!(numbers(AuditFilter { address: Some("2001:db8::1".into()), ..all.clone() }).await, [5]);
    assert_eq!(
        numbers(AuditFilter { since: Some(at(20)), until: Some(at(40)), ..all.clone() }).await,
        [3, 2]
    );
    let both = AuditFilter { kind: Some(EventKind::Refused), person: Some(ines), ..all };
    assert_eq!(numbers(both).await, [4]);
}

#[tokio::test]
async fn every_combination_of_filters_finds_what_one_would_find_by_looking_at_every_line() {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let app = TestApp::new().await;
    let (ada, token) = (app.admin.id(), app.create("Deploy").await.token.id);
    let ines = app.user("Ines Okafor", app::domain::Role::Member).await.id();
    for i in 0..300_i64 {
        // The clock goes back now and then, so days repeat.
        let when = at((i % 7) * DAY / 2 + i);
        let kind = [EventKind::Refused, EventKind::TokenEdited][usize::from(i % 3 == 0)];
        let (actor, person) = ([Some(ada), Some(ines), None][i as usize % 3], (i % 5 == 0).then_some(ines));
        let address = ["192.0.2.1", "2001:db8::1"][usize::from(i % 4 == 0)].to_owned();
        let token = (i % 6 == 0).then_some(token);
        record(&app, &Event { actor, person, token, address, ..event(kind, ada, when) }).await;
    }
    let all = app.store.audit_lines(&AuditFilter::default(), i64::MAX, 1_000).await.unwrap();
    for which in 0..64 {
        let has = |bit: u32| which & (1 << bit) != 0;
        let filter = AuditFilter {
            kind: has(0).then_some(EventKind::Refused),
            person: has(1).then_some(ines),
            token: has(2).then_some(token),
            address: has(3).then(|| "192.0.2.1".to_owned()),
            since: has(4).then_some(at(DAY)),
            until: has(5).then_some(at(2 * DAY + 100)),
        };
        let fits = |line: &app::domain::AuditLine| {
            filter.kind.is_none_or(|kind| kind.as_str() == line.kind)
                && (filter.person.is_none() || [line.actor, line.person].contains(&filter.person))
                && (filter.token.is_none() || line.token == filter.token)
                && filter.address.as_ref().is_none_or(|address| *address == line.address)
                && filter.since.is_none_or(|since| line.at >= since)
                && filter.until.is_none_or(|until| line.at < until)
        };
        let expected: Vec<i64> = all.iter().filter(|line| fits(line)).map(|line| line.id).collect();
        // Small pages, so that each begins somewhere in the middle.
        let (mut read, mut before) = (Vec::new(), i64::MAX);
        loop {
            let page = app.store.audit_lines(&filter, before, 7).await.unwrap();
            let Some(last) = page.last() else { break };
            before = last.id;
            read.extend(page.iter().map(|line| line.id));
        }
        assert_eq!(read, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn the_chain_is_read_in_the_order_it_was_written_and_each_link_fits_the_one_before() {
    let app = TestApp::new().await;
    app.create("Deploy").await;
    let rows = app.store.chain(0, 100).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), (1..=4).collect::<Vec<_>>());
    let mut previous = Vec::new();
    for row in &rows {
        previous = chain_link(&previous, row.id, &row.kind, &row.event).to_vec();
        assert_eq!(row.link, previous);
    }
    assert_eq!(app.store.last_link().await.unwrap(), Some((4, previous)));
    let part = app.store.chain(1, 2).await.unwrap();
    assert_eq!(part.iter().map(|row| row.id).collect::<Vec<_>>(), [2, 3]);
    assert!(app.store.chain(4, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn lines_that_are_written_at_once_stand_one_after_the_other() {
    let app = TestApp::new().await;
    let start = app.last_line().await;
    let mut writers = tokio::task::JoinSet::new();
    for i in 0..40 {
        let (store, event) = (app.store.clone(), event(EventKind::Refused, app.admin.id(), at(i)));
        writers.spawn(async move { store.record(&event).await });
    }
    assert!(writers.join_all().await.iter().all(Result::is_ok));
    assert_eq!(app.last_line().await, start + 40);
    let report = app.service.verify_audit(None).await.unwrap();
    assert!(matches!(report, app::service::AuditReport::Whole { .. }), "{report:?}");
}
