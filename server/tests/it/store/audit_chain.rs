//! The chain of the audit log exposes every line that was changed, added or removed, as long as somebody has kept its
//! head.

use crate::support::{Empty, TestApp};
use app::service::{AuditHead, AuditReport, Store};
use server::store::{DatabaseUrl, open};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::sync::Arc;

const OPEN_UP: &str = "drop trigger event_is_not_changed; drop trigger event_is_not_removed;";

async fn report(app: &TestApp, kept: Option<&AuditHead>) -> AuditReport {
    app.service.verify_audit(kept).await.unwrap()
}

async fn with_lines() -> TestApp {
    let app = TestApp::new().await;
    for i in 0..7 {
        app.create(&format!("Token {i}")).await;
    }
    app
}

#[tokio::test]
async fn a_log_that_nobody_has_touched_is_whole() {
    let app = with_lines().await;
    let last = app.last_line().await;
    let head = app.service.audit_head().await.unwrap();
    assert_eq!(head.as_ref().map(|head| head.id), Some(last));
    let whole = AuditReport::Whole { lines: last.try_into().unwrap(), after: 0, head: head.clone() };
    assert_eq!(report(&app, None).await, whole);
    assert_eq!(report(&app, head.as_ref()).await, whole);
    let written = head.unwrap().to_string();
    assert_eq!(written.parse::<AuditHead>().unwrap().to_string(), written);
    for wrong in ["", "1", "x:y", "1:", &written[1..], &format!("{written}0"), &written.replace(':', ";")] {
        assert!(wrong.parse::<AuditHead>().is_err() || wrong == &written[1..], "{wrong}");
    }
}

#[tokio::test]
async fn a_log_longer_than_a_batch_is_read_to_its_end() {
    let app = TestApp::new().await.without_bounds();
    for i in 0..600 {
        app.create(&format!("Token {i}")).await;
    }
    let last = app.last_line().await;
    assert!(matches!(report(&app, None).await, AuditReport::Whole { lines, .. } if lines == last as u64));
    app.run(OPEN_UP).await;
    app.run("update event set details = '{}' where id = 555").await;
    assert_eq!(report(&app, None).await, AuditReport::Broken { id: 555 });
}

#[tokio::test]
async fn the_first_line_that_was_tampered_with_is_named() {
    for (tampering, first) in [
        ("update event set details = '{\"name\":\"Else\"}' where id = 6", 6),
        ("update event set at = at + 1 where id = 6", 6),
        ("update event set kind = 'token.deleted' where id = 6", 6),
        ("update event set actor_id = null where id = 6", 6),
        ("update event set token_id = null where id = 6", 6),
        ("update event set person_id = actor_id where id = 6", 6),
        ("update event set address = '10.0.0.1' where id = 6", 6),
        ("update event set request_id = 'x' where id = 6", 6),
        ("update event set link = zeroblob(32) where id = 6", 6),
        ("update event set link = null where id = 6", 6),
        ("delete from event where id = 6", 7),
        ("delete from event where id <= 6", 7),
        // The gap is closed by renumbering, and still shows.
        ("delete from event where id = 6; update event set id = id - 1 where id > 6", 6),
        // Two lines change places.
        (
            "update event set id = 1000 where id = 5; update event set id = 5 where id = 6;
             update event set id = 6 where id = 1000",
            5,
        ),
        // A line is inserted.
        (
            "update event set id = -id where id >= 6; update event set id = 1 - id where id < 0;
             insert into event (id, at, kind, address, request_id, details, link)
             select 6, at, kind, address, request_id, details, link from event where id = 5",
            6,
        ),
        // A line is copied to the end.
        (
            "insert into event (at, kind, actor_id, token_id, person_id, address, request_id, details, link)
             select at, kind, actor_id, token_id, person_id, address, request_id, details, link
               from event where id = 4",
            11,
        ),
    ] {
        let app = with_lines().await;
        assert_eq!(app.last_line().await, 10);
        app.run(OPEN_UP).await;
        app.run(tampering).await;
        assert_eq!(report(&app, None).await, AuditReport::Broken { id: first }, "{tampering}");
    }
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_missed_by_whoever_has_kept_the_head() {
    let app = with_lines().await;
    let kept = app.service.audit_head().await.unwrap().unwrap();
    app.run(OPEN_UP).await;
    app.run("delete from event where id > 6").await;
    assert!(matches!(report(&app, None).await, AuditReport::Whole { lines: 6, .. }), "alone it looks whole");
    assert_eq!(report(&app, Some(&kept)).await, AuditReport::HeadMissing { id: kept.id });
    // New lines reach the same number again, but that line is not the one that was kept.
    for i in 7..12 {
        app.create(&format!("Token {i}")).await;
    }
    assert!(matches!(report(&app, None).await, AuditReport::Whole { lines: 11, .. }));
    assert_eq!(report(&app, Some(&kept)).await, AuditReport::HeadMissing { id: kept.id });
    app.run("delete from event").await;
    assert_eq!(report(&app, Some(&kept)).await, AuditReport::HeadMissing { id: kept.id });
}

#[tokio::test]
async fn an_older_head_is_found_in_a_log_that_has_grown() {
    let app = with_lines().await;
    let kept = app.service.audit_head().await.unwrap().unwrap();
    app.create("One more").await;
    assert!(matches!(report(&app, Some(&kept)).await, AuditReport::Whole { lines: 11, .. }));
}

#[tokio::test]
async fn a_line_put_in_without_a_link_is_no_part_of_the_chain_after_a_restart_either() {
    let app = with_lines().await;
    app.store.close().await;
    app.run("insert into event (at, kind, details) values (1, 'refused', '{}')").await;
    let opened = open(&app.database()).await.unwrap();
    assert_eq!(service(opened).verify_audit(None).await.unwrap(), AuditReport::Broken { id: 11 });
}

fn service(store: Arc<dyn Store>) -> app::service::Service {
    let clock = Arc::new(app::service::SystemClock);
    app::service::Service::new(store, clock, app::domain::SecretPrefix::default())
}

#[tokio::test]
async fn a_database_from_before_there_were_people_is_sealed_and_its_tokens_go_to_the_first_admin() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("old.db");
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::migrate!("migrations/sqlite").run_to(1, &mut raw).await.unwrap();
    sqlx::raw_sql(
        "insert into token (id, name, name_key, description, created_at, updated_at, version)
             values (x'0190000000007000800000000000000a', 'Old deploy', 'old deploy', '', 5, 5, 1);
         insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
             values (x'0190000000007000800000000000000b', x'0190000000007000800000000000000a', zeroblob(32), 'tkr', 'abcd', 1, 5);
         insert into event (at, kind, token_id, details) values
             (4, 'catalogue.replaced', null, '{}'),
             (5, 'token.created', x'0190000000007000800000000000000a', '{\"name\":\"Old deploy\"}'),
             (6, 'token.polished', x'0190000000007000800000000000000a', '{}');",
    )
    .execute(&mut raw)
    .await
    .unwrap();
    raw.close().await.unwrap();

    let store = open(&DatabaseUrl::sqlite(&path)).await.unwrap();
    let console = service(store.clone());
    assert!(matches!(console.verify_audit(None).await.unwrap(), AuditReport::Whole { lines: 3, .. }));
    let person = |name: &str, role: &str| app::domain::PersonForm {
        name: name.into(),
        email: format!("{name}@example.com"),
        role: role.into(),
    };
    let owners = "select count(*) from token where owner_id is not null";
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    console.operator_add_person(&person("vera", "viewer"), crate::support::PASSWORD).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, i64>(owners).fetch_one(&mut raw).await.unwrap(), 0);
    let ada = console.operator_add_person(&person("ada", "admin"), crate::support::PASSWORD).await.unwrap();
    console.operator_add_person(&person("ines", "admin"), crate::support::PASSWORD).await.unwrap();
    let owner: Vec<u8> = sqlx::query_scalar("select owner_id from token").fetch_one(&mut raw).await.unwrap();
    assert_eq!(owner, ada.id.as_uuid().as_bytes());
    assert!(matches!(console.verify_audit(None).await.unwrap(), AuditReport::Whole { lines: 6, .. }));
    store.close().await;
    // Sealed lines are as immutable as all others, and opening again changes nothing.
    let reopened = open(&DatabaseUrl::sqlite(&path)).await.unwrap();
    assert!(matches!(
        service(reopened).verify_audit(None).await.unwrap(),
        AuditReport::Whole { lines: 6, .. }
    ));
    let refused = sqlx::query("update event set at = 7 where id = 1").execute(&mut raw).await;
    assert!(refused.unwrap_err().to_string().contains("append-only"));
}

#[tokio::test]
async fn whoever_sets_up_an_installation_with_old_tokens_gets_them() {
    let app = Empty::new().await;
    sqlx::raw_sql(
        "insert into token (id, name, name_key, description, created_at, updated_at, version)
             values (x'0190000000007000800000000000000a', 'Old deploy', 'old deploy', '', 5, 5, 1);
         insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
             values (x'0190000000007000800000000000000b', x'0190000000007000800000000000000a', zeroblob(32), 'tkr', 'abcd', 1, 5);",
    )
    .execute(&mut app.raw().await)
    .await
    .unwrap();
    let code = app.service.make_setup_link().await.unwrap().unwrap();
    let fields = [
        ("code", code.expose()),
        ("name", "Ada Moreau"),
        ("email", "ada@example.com"),
        ("password", crate::support::PASSWORD),
        ("again", crate::support::PASSWORD),
    ];
    let answer = app.stranger().post_form("/setup", &fields).await;
    let page = app.stranger().having_kept(&answer).get("/settings/tokens").await;
    assert!(page.text.contains("Old deploy"), "{}", page.text);
}
