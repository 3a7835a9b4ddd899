//! Sessions: how they end, by themselves and at somebody's request, and which actions need a fresh one.

use crate::support::{Answer, PASSWORD, TestApp, Visitor};
use app::domain::{Role, SEEN_EVERY_MS, SESSION_IDLE_MS, SESSION_MS};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use serde_json::json;

const HOUR: i64 = 60 * 60 * 1_000;

async fn is_inside(visitor: &Visitor) -> bool {
    let page = visitor.get("/settings/tokens").await;
    let call = visitor.call("load_tokens", json!({ "url": "/settings/tokens" })).await;
    match page.status {
        StatusCode::OK => assert_eq!(call.status, StatusCode::OK),
        _ => {
            assert_eq!(page.header(header::LOCATION), "/sign-in?next=/settings/tokens");
            assert_eq!((call.status, call.text.as_str()), (StatusCode::UNAUTHORIZED, "\"signed_out\""));
        }
    }
    page.status == StatusCode::OK
}

async fn sign_in(app: &TestApp, email: &str) -> Answer {
    app.stranger().post_form("/sign-in", &[("email", email), ("password", PASSWORD)]).await
}

async fn end(visitor: &Visitor, session: &str) -> Answer {
    visitor.post_form(app::paths::SESSION_END, &[("id", session)]).await
}

#[tokio::test]
async fn after_signing_out_the_old_cookie_opens_nothing() {
    let app = TestApp::new().await;
    let (visitor, other) = (app.visitor(), app.another_session(&app.admin).await);
    let answer = visitor.post_form("/sign-out", &[]).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/sign-in"));
    assert_eq!(answer.header("clear-site-data".parse().unwrap()), "\"storage\"");
    assert_eq!(answer.cookie("tokenry").as_deref(), Some(""), "the cookie is taken away");
    assert!(!is_inside(&visitor).await);
    assert!(is_inside(&app.visitor_as(&other)).await, "another browser is another session");
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_after_a_day() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    app.clock.forward(SESSION_IDLE_MS - 1);
    assert!(is_inside(&visitor).await);
    app.clock.forward(SESSION_IDLE_MS - 1);
    assert!(is_inside(&visitor).await, "being used keeps it alive");
    app.clock.forward(SESSION_IDLE_MS);
    assert!(!is_inside(&visitor).await);
    app.clock.forward(-HOUR);
    app.clock.forward(HOUR);
    assert!(!is_inside(&visitor).await);
}

#[tokio::test]
async fn a_session_ends_after_two_weeks_however_much_it_is_used() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    for _ in 0..SESSION_MS / (12 * HOUR) - 1 {
        app.clock.forward(12 * HOUR);
        assert!(is_inside(&visitor).await);
    }
    app.clock.forward(12 * HOUR - 1_000);
    assert!(is_inside(&visitor).await);
    app.clock.forward(1_000);
    assert!(!is_inside(&visitor).await);
}

#[tokio::test]
async fn a_session_is_marked_as_used_at_most_once_a_minute() {
    let app = TestApp::new().await;
    let seen = async || app.store.sessions(app.admin.id()).await.unwrap()[0].last_seen_at;
    let begun = seen().await;
    app.clock.forward(SEEN_EVERY_MS - 1);
    assert!(is_inside(&app.visitor()).await);
    assert_eq!(seen().await, begun);
    app.clock.forward(1);
    assert!(is_inside(&app.visitor()).await);
    assert!(seen().await > begun);
}

#[tokio::test]
async fn a_page_that_is_left_open_keeps_no_session_alive() {
    let app = TestApp::new().await;
    let seen = async || app.store.sessions(app.admin.id()).await.unwrap()[0].last_seen_at;
    let begun = seen().await;
    app.clock.forward(SEEN_EVERY_MS);
    let visitor = app.visitor();
    // A page asks by itself for the stream of changes, and for the list after a change was told.
    let stream = Visitor::request("GET", app::paths::CHANGES).body(Body::empty()).unwrap();
    assert_eq!(visitor.respond(stream).await.status(), StatusCode::OK);
    let list = Visitor::request("POST", "/_fn/load_tokens")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json")
        .header(app::UNATTENDED, "1")
        .body(Body::from("{\"url\":\"/settings/tokens\"}"))
        .unwrap();
    assert_eq!(visitor.send(list).await.status, StatusCode::OK);
    assert_eq!(seen().await, begun);
    app.clock.forward(SESSION_IDLE_MS);
    assert!(!is_inside(&visitor).await);
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_keeps_this_one_under_a_new_key() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let other = app.another_session(&ines).await;
    let fields = [
        ("current_password", PASSWORD),
        ("password", "nineteen amber lanterns"),
        ("again", "nineteen amber lanterns"),
    ];
    let answer = app.visitor_as(&ines).post_form("/profile/password", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let inside = app.stranger().having_kept(&answer);
    assert!(is_inside(&inside).await);
    assert!(!is_inside(&app.visitor_as(&ines)).await, "who has copied the old key has nothing");
    assert!(!is_inside(&app.visitor_as(&other)).await);
    assert!(is_inside(&app.visitor()).await, "other people stay");
    assert_eq!(sign_in(&app, "ines@example.com").await.status, StatusCode::UNAUTHORIZED);
    // A hydrated form does the same as the plain one.
    let body = "current_password=nineteen+amber+lanterns&password=twenty+copper+lanterns&again=twenty+copper+lanterns";
    let answer = inside.post("/_fn/change_password", "application/x-www-form-urlencoded", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(!answer.text.contains("copper") && is_inside(&app.stranger().having_kept(&answer)).await);
    assert!(!is_inside(&inside).await);
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions_one_or_all_others() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(app.another_session(&ines).await);
    }
    let visitor = app.visitor_as(&ines);
    let profile = visitor.get("/profile").await.text;
    for user in &others {
        assert!(profile.contains(&format!("value=\"{}\"", user.caller.session().unwrap())));
    }
    assert!(!profile.contains(&app.admin.caller.session().unwrap().to_string()), "and nobody else's");
    let first = others.remove(0);
    let id = first.caller.session().unwrap().to_string();
    assert_eq!(end(&visitor, &id).await.status, StatusCode::SEE_OTHER);
    assert!(!is_inside(&app.visitor_as(&first)).await);
    assert!(is_inside(&app.visitor_as(&others[0])).await);
    assert_eq!(end(&visitor, &id).await.status, StatusCode::NOT_FOUND, "it has ended already");
    assert_eq!(visitor.post_form("/profile/sessions/end-others", &[]).await.status, StatusCode::SEE_OTHER);
    for user in &others {
        assert!(!is_inside(&app.visitor_as(user)).await);
    }
    assert!(is_inside(&visitor).await);
}

#[tokio::test]
async fn somebody_elses_session_does_not_exist() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let visitor = app.visitor_as(&ines);
    let (hers, none) =
        (app.admin.caller.session().unwrap().to_string(), "01234567-89ab-7def-8123-456789abcdef");
    let (foreign, unknown) = (end(&visitor, &hers).await, end(&visitor, none).await);
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.without(&[&hers]), unknown.without(&[none]));
    for odd in ["x", "%00", "1"] {
        assert_eq!(end(&visitor, odd).await.status, StatusCode::NOT_FOUND, "{odd}");
    }
    assert!(is_inside(&app.visitor()).await);
}

#[tokio::test]
async fn an_admin_signs_somebody_out_everywhere() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let other = app.another_session(&ines).await;
    let path = format!("/settings/people/{}/sign-out", ines.id());
    assert_eq!(app.visitor().post_form(&path, &[]).await.status, StatusCode::SEE_OTHER);
    for user in [&ines, &other] {
        assert!(!is_inside(&app.visitor_as(user)).await);
    }
    assert_eq!(sign_in(&app, "ines@example.com").await.status, StatusCode::SEE_OTHER, "they may come back");
    // An admin who signs out their own sessions keeps the one that asks.
    let mine = app.another_session(&app.admin).await;
    let path = format!("/settings/people/{}/sign-out", app.admin.id());
    assert_eq!(app.visitor().post_form(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(is_inside(&app.visitor()).await && !is_inside(&app.visitor_as(&mine)).await);
}

#[tokio::test]
async fn a_browser_whose_session_was_ended_from_elsewhere_is_known_no_more() {
    let app = TestApp::new().await;
    let marks = async || app.number("select count(*) from browser").await;
    let (first, second) = (sign_in(&app, "ada@example.com").await, sign_in(&app, "ada@example.com").await);
    assert_eq!(marks().await, 3, "with the one that the fixture began in");
    let here = app.stranger().having_kept(&first);
    assert_eq!(here.post_form(app::paths::OTHER_SESSIONS_END, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(marks().await, 1);
    assert!(!is_inside(&app.stranger().having_kept(&second)).await);
    // Signing out does not make the server forget a browser.
    assert_eq!(here.post_form("/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(marks().await, 1);
    let ines = app.user("Ines Okafor", Role::Admin).await;
    let path = format!("/settings/people/{}/sign-out", app.admin.id());
    assert_eq!(app.visitor_as(&ines).post_form(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(marks().await, 1, "hers alone");
}
