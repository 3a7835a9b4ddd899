//! The stream that tells open screens that something has changed.

use crate::support::{TestApp, Visitor};
use app::{domain::Role, paths};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::time::timeout;

/// A change is told within a second. Whether the session is still valid is checked as soon as somebody listens.
const SOON: Duration = Duration::from_secs(5);

/// The most streams that one person may have at once.
const PER_PERSON: usize = 20;

/// A stream that has begun.
async fn listen(visitor: &Visitor) -> Body {
    let request = Visitor::request("GET", paths::CHANGES).header("sec-fetch-site", "same-origin");
    let response = visitor.respond(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    response.into_body()
}

/// The next event, or nothing when the stream has ended.
async fn told(stream: &mut Body) -> Option<String> {
    let frame = timeout(SOON, stream.frame()).await.expect("something happens soon")?;
    Some(String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn that_a_token_has_changed_is_told_to_all_who_listen_and_nothing_else() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let (id, hers) = (app.create("Payroll").await.token.id, app.visitor_as(&ines));
    let mut streams = [listen(&app.visitor()).await, listen(&hers).await];
    app.service.set_disabled(&app.admin.caller, id, None, true).await.unwrap();
    for stream in &mut streams {
        let told = told(stream).await.expect("the stream goes on");
        assert_eq!(told, "event: change\ndata: changed\n\n", "browsers pass over an event without data");
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_hears_nothing() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    assert_eq!(visitor.post_form(paths::SIGN_OUT, &[]).await.status, StatusCode::SEE_OTHER);
    for nobody in [app.stranger(), visitor] {
        // This status stops a browser from asking again.
        let told = nobody.get(paths::CHANGES).await;
        assert_eq!((told.status, told.text.as_str()), (StatusCode::NO_CONTENT, ""));
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let app = TestApp::new().await;
    let (visitor, other) = (app.visitor(), app.another_session(&app.admin).await);
    let (mut over, mut goes_on) = (listen(&visitor).await, listen(&app.visitor_as(&other)).await);
    let id = app.create("Payroll").await.token.id;
    assert_eq!(visitor.post_form(paths::SIGN_OUT, &[]).await.status, StatusCode::SEE_OTHER);
    app.service.set_disabled(&app.admin.caller, id, None, true).await.unwrap();
    let mut events = 0;
    while told(&mut over).await.is_some() {
        events += 1;
        assert!(events < 3, "it does not end");
    }
    assert!(told(&mut goes_on).await.is_some(), "the same person listens elsewhere");
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let app = TestApp::new().await;
    let state = server::AppState::new(app.service.clone(), server::Network::default());
    let streams = state.streams.clone();
    let visitor = Visitor::new(server::build_with(state)).with_session(&app.admin.key);
    let mut stream = listen(&visitor).await;
    streams.end();
    assert_eq!(told(&mut stream).await, None);
}

#[tokio::test]
async fn one_person_has_so_many_streams_at_once_and_room_again_when_one_is_closed() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let visitor = app.visitor();
    let mut open = Vec::new();
    for _ in 0..PER_PERSON {
        open.push(listen(&visitor).await);
    }
    let refused = visitor.get(paths::CHANGES).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!refused.header(header::RETRY_AFTER).is_empty());
    let hers = format!("tokenry={}", ines.key.expose());
    assert_eq!(visitor.get_with_cookie(paths::CHANGES, &hers).await.status, StatusCode::OK);
    drop(open.pop());
    let _ = listen(&visitor).await;
}
