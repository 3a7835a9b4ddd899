//! Rotating a token in the console: the new secret is shown once, and the old one works for its overlap and no longer.

use crate::support::{Answer, TestApp, Visitor, form};
use app::{
    domain::{Created, Role, TokenForm},
    paths,
    service::VerifyRequest,
};
use axum::http::{StatusCode, header};

const HOUR: i64 = 60 * 60 * 1_000;

async fn rotate(visitor: &Visitor, created: &Created, version: &str, overlap: &str) -> Answer {
    let fields = [("version", version), ("overlap_seconds", overlap)];
    visitor.post_form(&paths::token_rotate(created.token.id), &fields).await
}

async fn use_from(app: &TestApp, secret: &str, address: &str, client: &str) {
    let request = VerifyRequest { secret, permissions: &[], address: address.parse().ok(), client };
    app.service.verify(&request).await.unwrap();
    app.service.flush_uses().await.unwrap();
}

#[tokio::test]
async fn rotating_answers_with_the_secret_once_and_for_nobody_to_keep() {
    let app = TestApp::new().await;
    let (asker, visitor) = (app.asker().await, app.visitor());
    let created = app.create("Billing sync").await;
    let answer = rotate(&visitor, &created, "1", "3600").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert!(!answer.text.contains("<script"), "nothing of it is hydrated");
    assert!(answer.text.contains("The old secret works until 23 Nov 2026, 19:04 UTC."), "{}", answer.text);
    let secret = answer.secret().expect("the secret is on the page");
    assert_ne!(secret, created.secret.as_str());
    assert_eq!(asker.verdict(&secret).await, "valid");
    for path in [paths::TOKENS.to_owned(), paths::token_rotate(created.token.id)] {
        assert!(!visitor.get(&path).await.text.contains(&secret), "{path}");
    }
}

#[tokio::test]
async fn the_old_secret_works_in_its_overlap_and_never_after_it_was_ended() {
    let app = TestApp::new().await;
    let (asker, visitor) = (app.asker().await, app.visitor());
    let created = app.create("Billing sync").await;
    let new = rotate(&visitor, &created, "1", "86400").await.secret().unwrap();
    assert_eq!(asker.verdict(created.secret.as_str()).await, "valid");
    assert!(visitor.get(paths::TOKENS).await.text.contains("<tr data-status=\"Rotating\""));

    let last = app.last_line().await;
    let end = paths::token_end_old_secret(created.token.id);
    let answer = visitor.post_form(&end, &[]).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::TOKENS));
    assert_eq!(asker.verdict(created.secret.as_str()).await, "revoked");
    assert_eq!(asker.verdict(&new).await, "valid");
    assert_eq!(app.kinds_after(last).await, ["token.old_secret_ended"]);
    assert!(visitor.get(paths::TOKENS).await.text.contains("<tr data-status=\"Active\""));

    // A second request finds the secret ended already.
    let before = app.fingerprint().await;
    assert_eq!(visitor.post_form(&end, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn without_an_overlap_the_old_secret_is_refused_at_once_and_nothing_else_is_reset() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let limits = TokenForm {
        expires_at: Some("2027-02-21".into()),
        allowed_addresses: Some("10.0.0.0/8".into()),
        rate_requests: Some("5".into()),
        rate_seconds: Some("60".into()),
        ..form("Billing sync", &["projects:read"])
    };
    let created = app.made(&limits).await;
    use_from(&app, created.secret.as_str(), "10.0.0.7", "curl/8").await;
    let before = app.service.token(&app.admin.caller, created.token.id).await.unwrap();
    let answer = rotate(&app.visitor(), &created, "1", "0").await;
    assert!(answer.text.contains("The old secret no longer works."), "{}", answer.text);
    assert_eq!(asker.verdict(created.secret.as_str()).await, "revoked");
    let after = app.service.token(&app.admin.caller, created.token.id).await.unwrap();
    let kept = |token: &app::domain::Token| {
        let token = token.clone();
        (token.permissions, token.expires_at, token.allowed_addresses, token.rate_limit, token.last_used)
    };
    assert_eq!(kept(&after), kept(&before));
}

#[tokio::test]
async fn the_prompt_says_when_the_old_secret_would_end_and_that_no_overlap_outlives_the_token() {
    let app = TestApp::new().await;
    let limits =
        TokenForm { expires_at: Some("2026-11-25".into()), ..form("Billing sync", &["projects:read"]) };
    let created = app.made(&limits).await;
    let path = paths::token_rotate(created.token.id);
    let page = app.visitor().get(&path).await.text;
    assert!(page.contains("It works until 24 Nov 2026, 18:04 UTC."), "{page}");
    assert!(
        page.contains("It stops earlier, because the token expires: the end of 25 Nov 2026, UTC."),
        "{page}"
    );
    assert!(
        page.contains("value=\"86400\" checked"),
        "a day is what is chosen as long as nobody has: {page}"
    );
    assert!(!page.contains("The old secret still works"));

    let answer = rotate(&app.visitor(), &created, "1", "604800").await;
    assert!(answer.text.contains("The old secret works until 26 Nov 2026, 00:00 UTC."), "{}", answer.text);
    app.clock.forward(4 * 24 * HOUR);
    let visitor = app.visitor_as(&app.another_session(&app.admin).await);
    let page = visitor.get(&path).await.text;
    assert!(page.contains("This token has expired (the end of 25 Nov 2026, UTC)"), "{page}");
    assert!(page.contains("It has already expired with the token."), "{page}");
}

#[tokio::test]
async fn while_a_token_is_rotating_the_prompt_names_who_still_presents_the_old_secret() {
    let app = TestApp::new().await;
    let created = app.create("Billing sync").await;
    let (old, visitor) = (created.secret.as_str(), app.visitor());
    use_from(&app, old, "10.0.0.1", "before-the-rotation/1").await;
    app.clock.forward(2 * HOUR);
    let new = rotate(&visitor, &created, "1", "604800").await.secret().unwrap();
    let path = paths::token_rotate(created.token.id);
    let page = visitor.get(&path).await.text;
    assert!(page.contains("The old secret still works"), "{page}");
    assert!(page.contains("Not used since the rotation; safe to end."), "{page}");
    assert!(!page.contains("before-the-rotation"), "{page}");

    app.clock.forward(HOUR);
    use_from(&app, old, "10.0.0.7", "<b>nightly</b>/2").await;
    use_from(&app, old, "10.0.0.7", "<b>nightly</b>/2").await;
    use_from(&app, old, "", "").await;
    use_from(&app, &new, "10.0.0.9", "has-changed/1").await;
    app.clock.forward(3 * HOUR);
    let page = visitor.get(&path).await.text;
    for said in [
        "10.0.0.7",
        "&lt;b&gt;nightly&lt;/b&gt;/2",
        "3 hours ago",
        ">2<",
        "Unknown",
        "End the old secret now",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("has-changed"), "{page}");
    assert!(page.contains("If you rotate again, the old secret stops now"), "{page}");
}

#[tokio::test]
async fn who_rotates_what_was_changed_meanwhile_is_told_and_may_go_on() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let created = app.create("Billing sync").await;
    assert_eq!(rotate(&visitor, &created, "1", "3600").await.status, StatusCode::CREATED);
    let before = app.fingerprint().await;
    let told = rotate(&visitor, &created, "1", "604800").await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.text.contains("This token was changed after you opened this prompt."));
    assert!(told.text.contains("value=\"604800\" checked"), "what was chosen is not lost: {}", told.text);
    assert!(told.text.contains("name=\"version\" value=\"2\""));
    assert!(told.secret().is_none());
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(rotate(&visitor, &created, "2", "604800").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn an_overlap_that_is_none_is_refused_and_changes_nothing() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let created = app.create("Billing sync").await;
    let before = app.fingerprint().await;
    for (overlap, sentence) in [
        ("", "Choose how long the old secret keeps working."),
        ("a while", "Choose how long the old secret keeps working."),
        ("-1", "An overlap is 0 to 2592000 seconds"),
        ("2592001", "An overlap is 0 to 2592000 seconds"),
        ("99999999999999999999", "Choose how long the old secret keeps working."),
    ] {
        let answer = rotate(&visitor, &created, "1", overlap).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{overlap}");
        assert!(answer.text.contains(sentence), "{overlap}: {}", answer.text);
    }
    assert_eq!(rotate(&visitor, &created, "one", "0").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_token_that_is_gone_meanwhile_is_not_there_for_any_of_it() {
    let app = TestApp::new().await;
    let (visitor, ines) = (app.visitor(), app.user("Ines Okafor", Role::Member).await);
    let created = app.create("Billing sync").await;
    rotate(&visitor, &created, "1", "3600").await;
    app.service.delete_token(&app.admin.caller, created.token.id).await.unwrap();
    let before = app.fingerprint().await;
    let answer = rotate(&visitor, &created, "2", "3600").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("Token not found. It may have been deleted."), "{}", answer.text);
    let end = paths::token_end_old_secret(created.token.id);
    assert_eq!(visitor.post_form(&end, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(rotate(&app.visitor_as(&ines), &created, "2", "0").await.status, StatusCode::NOT_FOUND);
}
