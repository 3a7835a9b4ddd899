//! Every statement that a verdict could depend on leaves a line in `change`, for everything that keeps secrets in
//! memory.

use crate::support::{TestApp, form};
use app::{
    domain::{Role, Timestamp, TokenForm},
    service::{Changes, Key, KeyDigest, Revision, StoreError},
};

/// The newest line.
async fn revision(app: &TestApp) -> Revision {
    app.store.changes(Revision::default()).await.unwrap().revision
}

async fn lines_after(app: &TestApp, revision: Revision) -> (Changes, i64) {
    let lines = self::revision(app).await.number - revision.number;
    (app.store.changes(revision).await.unwrap(), lines)
}

#[tokio::test]
async fn whoever_changes_a_token_by_whatever_statement_leaves_a_line() {
    let app = TestApp::new().await;
    app.user("Ines Okafor", Role::Member).await;
    let token = app.create("Deploy").await;
    let digest = app::service::KeyDigest::of(token.secret.as_str().as_bytes());
    for statement in [
        "update token set disabled_at = 1",
        "update token set deleted_at = 1",
        "update token set deleted_at = null",
        "update token set expires_at = 1",
        "update token set allowed_addresses = '10.0.0.0/8'",
        "update token set rate_requests = 1, rate_seconds = 1",
        "update token set name = 'Other'",
        "update token set owner_id = (select id from person where name = 'Ines Okafor')",
        "update token set version = version + 1",
        "insert into token_permission (token_id, permission) select id, 'billing:write' from token",
        "update token_permission set permission = 'projects:write' where permission = 'billing:write'",
        "delete from token_permission",
        "insert into token_metadata (token_id, key, value) select id, 'env', 'prod' from token",
        "update token_metadata set value = 'test'",
        "delete from token_metadata",
        "update secret set revoked_at = 1",
        "update secret set ends_at = 1",
        "update secret set digest = x'00'",
        // By now the secret has another digest; the old one was forgotten with the update above.
        "delete from secret",
    ] {
        let before = revision(&app).await;
        app.run(statement).await;
        let (changes, lines) = lines_after(&app, before).await;
        assert!(lines > 0 && changes.is_complete, "{statement}");
        if statement != "delete from secret" {
            assert!(changes.secrets.contains(&digest), "{statement}");
        }
    }
}

#[tokio::test]
async fn whoever_changes_a_person_by_whatever_statement_leaves_a_line() {
    let app = TestApp::new().await;
    for statement in [
        "update person set role = 'viewer' where kind = 'person'",
        "update person set disabled_at = 1 where kind = 'person'",
        "update person set name = 'Ada M.' where kind = 'person'",
        "update person set metadata = 'team: pay' where kind = 'person'",
    ] {
        let before = revision(&app).await;
        app.run(statement).await;
        let (changes, _) = lines_after(&app, before).await;
        assert_eq!(changes.people, [app.admin.id()], "{statement}");
    }
}

#[tokio::test]
async fn a_secret_that_is_gone_from_the_data_is_gone_from_memory() {
    let app = TestApp::new().await;
    let token = app.create("Deploy").await;
    let digest = app::service::KeyDigest::of(token.secret.as_str().as_bytes());
    let before = revision(&app).await;
    app.run("delete from secret").await;
    let (changes, _) = lines_after(&app, before).await;
    assert_eq!(changes.secrets, [digest]);
}

#[tokio::test]
async fn what_people_do_leaves_as_few_lines_as_it_can() {
    let app = TestApp::new().await;
    let before = revision(&app).await;
    let many = form("Deploy", &["projects:read", "projects:write", "billing:read"]);
    let token = app.service.create_token(&app.admin.caller, &many).await.unwrap().token;
    assert_eq!(lines_after(&app, before).await.1, 1, "however many permissions it has");
    let edit = async |version: i64, permissions: &[&str]| {
        let form = TokenForm { description: version.to_string(), ..form("Deploy", permissions) };
        let before = revision(&app).await;
        app.service.edit_token(&app.admin.caller, token.id, version, &form).await.unwrap();
        lines_after(&app, before).await.1
    };
    assert_eq!(edit(1, &["projects:read", "projects:write", "billing:read"]).await, 1);
    assert_eq!(edit(2, &["projects:read", "projects:write", "billing:write"]).await, 3, "one gone, one come");
    let before = revision(&app).await;
    app.service.delete_token(&app.admin.caller, token.id).await.unwrap();
    assert_eq!(lines_after(&app, before).await.1, 2, "the token, and its secret");
    let before = revision(&app).await;
    app.service.caller(&Key::generate().unwrap(), &app.admin.caller.visit).await.unwrap();
    assert_eq!(lines_after(&app, before).await.1, 0);
}

#[tokio::test]
async fn a_history_that_ran_alike_and_is_another_one_is_told_apart() {
    let app = TestApp::new().await;
    app.create("Deploy").await;
    let known = revision(&app).await;
    assert!(lines_after(&app, known).await.0.is_complete);
    // As after a restore, from which things went another way until the numbers were the same again.
    app.run("update change set mark = mark - 1 where revision = (select max(revision) from change)").await;
    let (changes, _) = lines_after(&app, known).await;
    assert!(!changes.is_complete, "anything may have changed");
    assert_eq!(changes.revision.number, known.number);
    let ahead = Revision { number: known.number + 5, ..known };
    assert!(!app.store.changes(ahead).await.unwrap().is_complete, "it was ahead of the data");
}

#[tokio::test]
async fn a_secret_is_read_only_from_data_that_includes_what_is_known() {
    let app = TestApp::new().await;
    let digest = KeyDigest::of(app.create("Deploy").await.secret.as_str().as_bytes());
    let known = revision(&app).await;
    app.create("Other").await;
    for (at_least, digest, is_there) in [
        (known, digest, true),
        (Revision::default(), digest, true),
        (known, KeyDigest::of(b"nobody's"), false),
    ] {
        assert_eq!(app.store.secret(&digest, at_least).await.unwrap().is_some(), is_there);
    }
    // A server that is behind, and one on which things went another way.
    for elsewhere in
        [Revision { number: known.number + 5, ..known }, Revision { mark: known.mark - 1, ..known }]
    {
        for digest in [digest, KeyDigest::of(b"nobody's")] {
            let read = app.store.secret(&digest, elsewhere).await;
            assert!(matches!(read, Err(StoreError::Elsewhere)), "{elsewhere:?}");
        }
    }
}

#[tokio::test]
async fn what_was_known_an_hour_ago_is_not_forgotten_with_the_next_change() {
    let app = TestApp::new().await;
    app.create("Deploy").await;
    app.create("Build").await;
    let known = revision(&app).await;
    app.run("update change set at = revision").await;
    app.create("Other").await;
    app.store.forget_changes(Timestamp::from_millis(1_000)).await.unwrap();
    assert!(lines_after(&app, known).await.0.is_complete, "nothing has to be read anew");
    assert_eq!(app.number("select cast(min(revision) as bigint) from change").await, known.number);
}

#[tokio::test]
async fn however_clocks_were_set_no_line_is_forgotten_before_an_older_one() {
    let app = TestApp::new().await;
    app.create("Seen").await;
    let known = revision(&app).await;
    app.create("While the clock was behind").await;
    app.create("Later").await;
    app.run(
        "update change set at = 5000;
         update change set at = 1 where revision = (select max(revision) - 1 from change)",
    )
    .await;
    app.store.forget_changes(Timestamp::from_millis(1_000)).await.unwrap();
    let (changes, lines) = lines_after(&app, known).await;
    assert!(changes.is_complete && changes.secrets.len() as i64 == lines, "{changes:?}");
    app.store.forget_changes(Timestamp::from_millis(6_000)).await.unwrap();
    assert_eq!(app.number("select count(*) from change").await, 1, "the newest stays");
    assert!(!lines_after(&app, known).await.0.is_complete);
}
