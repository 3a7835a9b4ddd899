//! Old secrets end by themselves when nobody presents them any more, and never before.

use crate::support::{Answer, TestApp, Visitor};
use app::{
    domain::{Caller, Created, Overlap, Permission, SecretPrefix},
    paths,
    service::{Service, VerifyRequest},
};
use axum::http::StatusCode;

const HOUR: i64 = 60 * 60 * 1_000;
/// Ends after a week, or after six hours of silence.
const OVERLAP: Overlap = Overlap { seconds: 7 * 24 * 3_600, quiet_seconds: Some(6 * 3_600) };

/// A rotated token as it was made, and its new secret.
async fn rotated(app: &TestApp) -> (Created, String) {
    let created = app.create("Nightly backup").await;
    let caller = &app.admin.caller;
    let new = app.service.rotate_token(caller, created.token.id, None, OVERLAP).await.unwrap();
    (created, new.secret.as_str().to_owned())
}

async fn present(app: &TestApp, secret: &str, permissions: &[Permission]) -> &'static str {
    let request = VerifyRequest { secret, permissions, address: None, client: "nightly/2" };
    app.service.verify(&request).await.unwrap().verdict.as_str()
}

async fn rotate(visitor: &Visitor, created: &Created, overlap: &str, quiet: &str) -> Answer {
    let fields = [("overlap_seconds", overlap), ("quiet_seconds", quiet)];
    visitor.post_form(&paths::token_rotate(created.token.id), &fields).await
}

#[tokio::test]
async fn an_old_secret_that_nobody_presents_ends_and_is_refused_by_the_next_verification() {
    let app = TestApp::new().await;
    let (created, new) = rotated(&app).await;
    assert_eq!(present(&app, created.secret.as_str(), &[]).await, "valid");
    let last = app.last_line().await;
    app.clock.forward(6 * HOUR);
    assert_eq!(app.service.end_quiet_secrets().await, Ok(0), "not a second too early");
    app.clock.forward(1_000);
    assert_eq!(app.service.end_quiet_secrets().await, Ok(1));
    assert_eq!(present(&app, created.secret.as_str(), &[]).await, "revoked");
    assert_eq!(present(&app, &new, &[]).await, "valid");
    assert_eq!(app.service.end_quiet_secrets().await, Ok(0));

    assert_eq!(app.kinds_after(last).await, ["token.old_secret_ended"]);
    let visitor = app.visitor_as(&app.another_session(&app.admin).await);
    let log = visitor.get("/settings/audit?kind=token.old_secret_ended").await.text;
    for said in [">Tokenry<", "Nightly backup", "Unused for 6 hours"] {
        assert!(log.contains(said), "{said}: {log}");
    }
}

#[tokio::test]
async fn a_use_that_is_not_written_yet_keeps_it_alive() {
    let app = TestApp::new().await;
    let (created, _) = rotated(&app).await;
    app.clock.forward(5 * HOUR);
    assert_eq!(present(&app, created.secret.as_str(), &[]).await, "valid");
    app.clock.forward(2 * HOUR);
    assert_eq!(app.number("select count(*) from use_count").await, 0, "it is in memory only");
    assert_eq!(app.service.end_quiet_secrets().await, Ok(0));
    assert_eq!(app.number("select count(*) from use_count").await, 1);
    assert_eq!(present(&app, created.secret.as_str(), &[]).await, "valid");
}

#[tokio::test]
async fn whoever_presents_it_in_vain_is_somebody_too() {
    let app = TestApp::new().await;
    let (created, _) = rotated(&app).await;
    app.clock.forward(5 * HOUR);
    let wanted = ["billing:write".parse().unwrap()];
    assert_eq!(present(&app, created.secret.as_str(), &wanted).await, "permission_missing");
    app.clock.forward(5 * HOUR);
    assert_eq!(app.service.end_quiet_secrets().await, Ok(0));
    app.clock.forward(3 * HOUR);
    assert_eq!(app.service.end_quiet_secrets().await, Ok(1));
}

#[tokio::test]
async fn what_happened_while_nobody_was_listening_is_no_silence() {
    let app = TestApp::new().await;
    let (created, _) = rotated(&app).await;
    app.clock.forward(24 * HOUR);
    // The server was away in the meantime, and starts again.
    let store = app.store.clone();
    let again = Service::new(store, app.clock.clone(), SecretPrefix::default());
    assert_eq!(again.end_quiet_secrets().await, Ok(0));
    app.clock.forward(6 * HOUR - 1);
    assert_eq!(again.end_quiet_secrets().await, Ok(0));
    app.clock.forward(1);
    assert_eq!(again.end_quiet_secrets().await, Ok(1));
    assert_eq!(present(&app, created.secret.as_str(), &[]).await, "revoked");
}

#[tokio::test]
async fn uses_that_cannot_be_written_end_nothing() {
    let app = TestApp::new().await;
    let (created, _) = rotated(&app).await;
    app.clock.forward(5 * HOUR);
    present(&app, created.secret.as_str(), &[]).await;
    app.clock.forward(4 * HOUR);
    app.refuse_inserts("use_count").await;
    assert!(app.service.end_quiet_secrets().await.is_err());
    assert_eq!(app.number("select count(*) from secret where revoked_at is not null").await, 0);
}

#[tokio::test]
async fn without_the_choice_an_old_secret_works_until_its_end() {
    let app = TestApp::new().await;
    let created = app.create("Nightly backup").await;
    let operator: Caller = app.admin.caller.clone();
    app.service
        .rotate_token(&operator, created.token.id, None, Overlap::of_seconds(7 * 24 * 3_600))
        .await
        .unwrap();
    app.clock.forward(6 * 24 * HOUR);
    assert_eq!(app.service.end_quiet_secrets().await, Ok(0));
    assert_eq!(present(&app, created.secret.as_str(), &[]).await, "valid");
}

#[tokio::test]
async fn the_choice_is_said_wherever_the_old_secret_is() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let created = app.create("Nightly backup").await;
    let path = paths::token_rotate(created.token.id);
    assert!(visitor.get(&path).await.text.contains("Stop earlier if unused for"));
    let answer = rotate(&visitor, &created, "604800", "21600").await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let words = "stops once it is unused for 6 hours, at the latest on 30 Nov 2026, 18:04 UTC.";
    let page = paths::token(created.token.id);
    for text in [answer.text, visitor.get(&path).await.text, visitor.get(&page).await.text] {
        assert!(text.contains(words), "{text}");
    }
    present(&app, created.secret.as_str(), &[]).await;
    app.service.flush_uses().await.unwrap();
    let page = visitor.get(&page).await.text;
    assert!(page.contains("It was last used ") && page.contains("Who still uses it"), "{page}");
}

#[tokio::test]
async fn a_silence_that_is_not_shorter_than_the_overlap_is_without_effect_and_nowhere_said() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let created = app.create("Nightly backup").await;
    let answer = rotate(&visitor, &created, "3600", "3600").await;
    assert!(answer.text.contains("The old secret works until 23 Nov 2026, 19:04 UTC."), "{}", answer.text);
    assert_eq!(app.number("select count(*) from secret where quiet_ms is not null").await, 0);
    let before = app.fingerprint().await;
    for wrong in ["3599", "-1", "2592001", "99999999999999999999", "soon"] {
        let answer = rotate(&visitor, &created, "604800", wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", answer.text);
        assert!(answer.text.contains("value=\"604800\" checked"), "{wrong}");
    }
    assert_eq!(app.fingerprint().await, before);
}
