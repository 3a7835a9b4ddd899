//! A form sent after its session has ended is not lost: the page asks to sign in, and the form goes on from there.

use crate::support::{Answer, PASSWORD, TestApp, Visitor};
use app::{
    domain::{Role, SESSION_IDLE_MS},
    paths,
};
use axum::http::{StatusCode, header};

const FIELDS: [(&str, &str); 2] = [("name", "O\"Neil & <Sons>"), ("permissions", "projects:read")];
const NOT_SENT: &str = "The form was not sent";
const WRONG: &str = "data-tone=\"danger\" class=\"notice\">Wrong e-mail or password.<";

/// The form that creates a token, as this person filled it in.
fn filled_in_by(id: &str) -> Vec<(&str, &str)> {
    FIELDS.into_iter().chain([("filled_in_by", id)]).collect()
}

/// A form as the page that asks for a sign-in sends it again.
fn signing_in<'a>(form: &[(&'a str, &'a str)], email: &'a str, password: &'a str) -> Vec<(&'a str, &'a str)> {
    form.iter().copied().chain([("sign_in_email", email), ("sign_in_again", password)]).collect()
}

async fn tokens(app: &TestApp) -> i64 {
    app.number("select count(*) from token").await
}

fn asks(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert!(answer.text.contains("Sign in to continue") && answer.text.contains("Your session has ended."));
    let scripts: Vec<_> = answer.text.split("<script").skip(1).collect();
    let of_passwords =
        |script: &&str| script.starts_with(" type=\"module\" src=\"/show-passwords.js\"></script>");
    assert!(scripts.iter().all(of_passwords), "{scripts:?}");
}

#[tokio::test]
async fn what_was_typed_is_kept_and_done_after_signing_in() {
    let app = TestApp::new().await;
    let (id, stranger) = (app.admin.id().to_string(), app.stranger());
    let form = filled_in_by(&id);
    let before = app.fingerprint().await;
    let path = format!("{}?status=active", paths::TOKEN_NEW);
    let asked = stranger.post_form(&path, &form).await;
    asks(&asked);
    assert!(asked.text.contains(&format!("action=\"{path}\"")), "{}", asked.text);
    assert!(asked.text.contains("What you entered is kept"));
    assert!(asked.text.contains("name=\"name\" value=\"O&quot;Neil &amp; &lt;Sons&gt;\""), "{}", asked.text);
    assert!(asked.text.contains(&format!("name=\"filled_in_by\" value=\"{id}\"")));
    assert!(asked.text.contains("href=\"/settings/tokens?status=active\""), "there is a way out");
    assert_eq!(app.fingerprint().await, before, "nothing is kept here");

    let made = stranger.post_form(&path, &signing_in(&form, "ada@example.com", PASSWORD)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert!(made.secret().is_some() && !made.text.contains(PASSWORD));
    assert_eq!(app.tokens().await[0].name.as_str(), "O\"Neil & <Sons>");
    let inside = app.stranger().having_kept(&made);
    assert_eq!(inside.get(paths::TOKENS).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_that_is_over_asks_like_none() {
    let app = TestApp::new().await;
    let id = app.admin.id().to_string();
    app.clock.forward(SESSION_IDLE_MS);
    let visitor = app.visitor();
    asks(&visitor.post_form(paths::TOKEN_NEW, &filled_in_by(&id)).await);
    let called = visitor.post("/_fn/create_token", "application/x-www-form-urlencoded", "name=x").await;
    assert_eq!((called.status, called.text.as_str()), (StatusCode::UNAUTHORIZED, "\"signed_out\""));
}

#[tokio::test]
async fn another_person_does_not_send_what_somebody_else_has_filled_in() {
    let app = TestApp::new().await;
    app.user("Ines Okafor", Role::Member).await;
    let id = app.admin.id().to_string();
    for form in [filled_in_by(&id), filled_in_by("nobody"), FIELDS.to_vec()] {
        let fields = signing_in(&form, "ines@example.com", PASSWORD);
        let led = app.stranger().post_form(paths::TOKEN_NEW, &fields).await;
        assert_eq!((led.status, led.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::TOKEN_NEW));
        let page = app.stranger().having_kept(&led).get(paths::TOKEN_NEW).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("You are signed in as Ines Okafor.") && page.text.contains(NOT_SENT));
        assert_eq!(tokens(&app).await, 0);
    }
}

#[tokio::test]
async fn a_page_of_one_person_is_not_sent_in_the_session_of_another() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let (visitor, theirs, own) = (app.visitor_as(&ines), app.admin.id().to_string(), ines.id().to_string());
    let led = visitor.post_form(paths::TOKEN_NEW, &filled_in_by(&theirs)).await;
    assert_eq!((led.status, led.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::TOKEN_NEW));
    assert!(led.said().contains(NOT_SENT), "{}", led.said());
    let kind = "application/x-www-form-urlencoded";
    let body = format!("name=x&permissions=projects%3Aread&filled_in_by={theirs}");
    let called = visitor.post("/_fn/create_token", kind, body).await;
    assert_eq!((called.status, called.text.as_str()), (StatusCode::UNAUTHORIZED, "\"signed_out\""));
    assert_eq!(tokens(&app).await, 0);
    let made = visitor.post_form(paths::TOKEN_NEW, &filled_in_by(&own)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let body = format!("name=x&permissions=projects%3Aread&filled_in_by={own}");
    assert_eq!(visitor.post("/_fn/create_token", kind, body).await.status, StatusCode::OK);
    let page = visitor.get(paths::TOKEN_NEW).await;
    assert!(
        page.text.contains(&format!("name=\"filled_in_by\" value=\"{own}\"")),
        "every form says whose it is"
    );
}

#[tokio::test]
async fn a_wrong_password_keeps_what_was_typed_and_is_as_rare_as_at_sign_in() {
    let app = TestApp::new().await;
    let id = app.admin.id().to_string();
    let (form, before) = (filled_in_by(&id), app.data().await);
    let wrong = signing_in(&form, "ada@example.com", "seventeen violet kettle");
    let mut last = None;
    for i in 0..20u8 {
        let elsewhere = app.stranger().coming_from([192, 0, 2, i].into());
        let answer = elsewhere.post_form(paths::TOKEN_NEW, &wrong).await;
        assert!(answer.text.contains("O&quot;Neil") && !answer.text.contains("violet kettle"));
        assert!(answer.text.contains("value=\"ada@example.com\"") && answer.cookie("tokenry").is_none());
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(!answer.header(header::RETRY_AFTER).is_empty());
            last = Some(i);
            break;
        }
        asks(&answer);
        assert!(answer.text.contains(WRONG), "{}", answer.text);
    }
    assert!(last.is_some_and(|tries| tries >= 9), "{last:?}");
    assert_eq!(app.data().await, before);
    // The budget is the same as that of the sign-in page.
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    let answer = app.stranger().coming_from([192, 0, 2, 99].into()).post_form("/sign-in", &fields).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn passwords_are_not_carried_along_and_their_form_is_not_sent_without_them() {
    let app = TestApp::new().await;
    let id = app.admin.id().to_string();
    let form =
        [("current_password", "p1"), ("password", "p2"), ("again", "p3"), ("filled_in_by", id.as_str())];
    let asked = app.stranger().post_form(paths::PROFILE_PASSWORD, &form).await;
    asks(&asked);
    assert!(
        asked.text.contains("Passwords are not kept") && !asked.text.contains("value=\"p"),
        "{}",
        asked.text
    );
    let kept = [("filled_in_by", id.as_str()), ("sign_in_dropped", "1")];
    let form = signing_in(&kept, "ada@example.com", PASSWORD);
    let led = app.stranger().post_form(paths::PROFILE_PASSWORD, &form).await;
    assert_eq!((led.status, led.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::PROFILE_PASSWORD));
    assert!(led.cookie("tokenry").is_some());
    assert!(led.said().contains("Passwords are not kept: enter them again."), "{}", led.said());
}

#[tokio::test]
async fn another_site_signs_nobody_in_by_a_form() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let body = format!(
        "name=Eve&permissions=projects%3Aread&filled_in_by={}&sign_in_email=ada%40example.com&sign_in_again={}",
        app.admin.id(),
        PASSWORD.replace(' ', "+")
    );
    for site in [Some("cross-site"), None] {
        let mut request = Visitor::request("POST", paths::TOKEN_NEW)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let answer = app.stranger().send(request.body(body.clone().into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site:?}");
        assert_eq!(app.fingerprint().await, before);
    }
}

#[tokio::test]
async fn what_is_no_form_or_too_large_is_not_carried_along() {
    let app = TestApp::new().await;
    let led = app.stranger().post(paths::TOKEN_NEW, "text/plain", "name=x").await;
    assert_eq!(
        (led.status, led.header(header::LOCATION)),
        (StatusCode::SEE_OTHER, "/sign-in?next=/settings/tokens/new")
    );
    let large = format!("name={}", "x".repeat(70_000));
    let refused = app.stranger().post(paths::TOKEN_NEW, "application/x-www-form-urlencoded", large).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let led = app.stranger().post_form(paths::SIGN_OUT, &[]).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "whoever signs out is out already");
}

#[tokio::test]
async fn the_audit_log_is_exported_from_its_own_page() {
    let app = TestApp::new().await;
    let id = app.admin.id().to_string();
    let form = [("kind", "token.created"), ("filled_in_by", id.as_str())];
    let fields = signing_in(&form, "ada@example.com", PASSWORD);
    let led = app.stranger().post_form(paths::AUDIT_EXPORT, &fields).await;
    assert_eq!(led.header(header::LOCATION), "/settings/audit?kind=token.created", "{}", led.text);
}

#[tokio::test]
async fn sign_in_says_why_one_is_there() {
    const WHY: &str = "Your session has ended. Sign in to continue.";
    let app = TestApp::new().await;
    let says = async |visitor: &Visitor, path: &str| visitor.get(path).await.text.contains(WHY);
    let next = "/sign-in?next=/profile";
    assert!(says(&app.visitor(), next).await);
    assert!(!says(&app.visitor(), "/sign-in").await, "nobody was led here");
    assert!(!says(&app.stranger(), next).await, "nobody has signed in here before");
}
