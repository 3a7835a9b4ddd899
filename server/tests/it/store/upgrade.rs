//! Work that a migration leaves to the server: it is done once, at the start, and audited.

use crate::support::TestApp;
use app::service::{AuditReport, Service, SystemClock};
use server::store::{DatabaseUrl, open};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{path::Path, sync::Arc};

/// The schema before tokens had parents.
const BEFORE: i64 = 7;
/// An admin with four tokens and a member with one. Every token but the second may change tokens; the third is deleted.
const ROWS: &str = "
    insert into person (id, name, email, email_key, role, theme, created_at, password_hash) values
        (x'0190000000007000800000000000000a', 'Ada', 'ada@example.com', 'ada@example.com', 'admin', 'system', 1, 'x'),
        (x'0190000000007000800000000000000b', 'Ines', 'ines@example.com', 'ines@example.com', 'member', 'system', 1, 'x');
    insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version, permission_count, deleted_at) values
        (x'01900000000070008000000000000001', x'0190000000007000800000000000000a', 'Writes', 'writes', '', 5, 5, 1, 2, null),
        (x'01900000000070008000000000000002', x'0190000000007000800000000000000a', 'Reads', 'reads', '', 5, 5, 1, 1, null),
        (x'01900000000070008000000000000003', x'0190000000007000800000000000000a', 'Gone', 'gone', '', 5, 5, 1, 1, 6),
        (x'01900000000070008000000000000004', x'0190000000007000800000000000000a', 'Paused', 'disabled', '', 5, 5, 3, 1, null),
        (x'01900000000070008000000000000005', x'0190000000007000800000000000000b', 'Hers', 'hers', '', 5, 5, 1, 1, null);
    insert into token_permission (token_id, permission) values
        (x'01900000000070008000000000000001', 'tokenry.tokens:write'),
        (x'01900000000070008000000000000001', 'projects:read'),
        (x'01900000000070008000000000000002', 'tokenry.tokens:read'),
        (x'01900000000070008000000000000003', 'tokenry.tokens:write'),
        (x'01900000000070008000000000000004', 'tokenry.tokens:write'),
        (x'01900000000070008000000000000005', 'tokenry.tokens:write');";

async fn raw(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn rows(path: &Path, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(&mut raw(path).await).await.unwrap()
}

#[tokio::test]
async fn tokens_that_could_change_everybodys_still_can_and_the_audit_log_says_so_for_each() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("old.db");
    let mut old = raw(&path).await;
    sqlx::migrate!("migrations/sqlite").run_to(BEFORE, &mut old).await.unwrap();
    sqlx::raw_sql(ROWS).execute(&mut old).await.unwrap();
    old.close().await.unwrap();

    let store = open(&DatabaseUrl::sqlite(&path)).await.unwrap();
    let holders = "select t.name || ' ' || t.version || ' ' || t.permission_count from token t
        join token_permission p on p.token_id = t.id and p.permission = 'tokenry.tokens:write-all' order by t.name";
    assert_eq!(rows(&path, holders).await, ["Paused 4 2", "Writes 2 3"]);
    let wrong = "select name from token t where permission_count
        <> (select count(*) from token_permission p where p.token_id = t.id)";
    assert_eq!(rows(&path, wrong).await, Vec::<String>::new());
    let lines =
        "select e.kind || ' ' || t.name || ' ' || e.address || ' ' || (e.details ->> '$.after.permissions')
        from event e join token t on t.id = e.token_id order by t.name";
    assert_eq!(
        rows(&path, lines).await,
        [
            "token.edited Paused tokenry [\"tokenry.tokens:write\",\"tokenry.tokens:write-all\"]",
            "token.edited Writes tokenry [\"projects:read\",\"tokenry.tokens:write\",\"tokenry.tokens:write-all\"]",
        ]
    );
    let changes = "select t.name from change c join token t on t.id = c.token_id order by t.name";
    assert_eq!(rows(&path, changes).await, ["Paused", "Writes"]);
    let service = Service::new(store.clone(), Arc::new(SystemClock), Default::default());
    assert!(matches!(service.verify_audit(None).await.unwrap(), AuditReport::Whole { lines: 2, .. }));
    store.close().await;
    // Another start has nothing left to do.
    open(&DatabaseUrl::sqlite(&path)).await.unwrap();
    assert_eq!(rows(&path, "select count(*) || '' from event").await, ["2"]);
}

#[tokio::test]
async fn what_was_cut_short_is_done_at_the_next_start() {
    let app = TestApp::new().await;
    let id = app.token_with(&["tokenry.tokens:write"]).await.token.id;
    app.run("insert into write_all_due (token_id) select id from token").await;
    let last = app.last_line().await;
    open(&app.database()).await.unwrap();
    assert_eq!(app.kinds_after(last).await, ["token.edited"]);
    let token = app.service.token(&app.admin.caller, id).await.unwrap();
    assert_eq!(token.permissions.to_line(), "tokenry.tokens:write tokenry.tokens:write-all");
    assert_eq!(app.number("select count(*) from write_all_due").await, 0);
}
