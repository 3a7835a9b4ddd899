//! Requests for permissions, read and answered by programs.

use crate::support::{TestApp, accounts::grants};
use app::domain::Role;
use serde_json::json;

#[tokio::test]
async fn a_program_that_hears_of_a_request_answers_it_once() {
    let app = TestApp::new().await;
    let script = app.script(&["tokenry.people:read", "tokenry.people:write", "tokenry.audit:read"]).await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.tighten().await;
    let id = app.asked(&ines, "billing:read").await;
    let heard = script.get("/v1/events?kind=request.made").await.json();
    assert_eq!(heard["items"][0]["details"]["request"], json!(id));
    let open = script.get("/v1/requests").await.json();
    let request = &open["items"][0];
    assert_eq!(request["id"], json!(id));
    assert_eq!(request["asker"]["name"], "Ines Okafor");
    assert_eq!(request["account"]["id"], json!(ines.id().to_string()));
    assert_eq!((&request["permission"], &request["answer"]), (&json!("billing:read"), &json!(null)));
    let path = format!("/v1/requests/{id}/answer");
    let answered = script.post(&path, &json!({ "granted": true, "reason": "As agreed" })).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert_eq!(answered.json()["answer"]["granted"], true);
    assert_eq!(answered.json()["answer"]["by"]["name"], "Ada Moreau");
    assert_eq!(app.store.grants(ines.id()).await.unwrap(), grants("billing:read"));
    assert_eq!(script.get("/v1/requests?status=open").await.json()["items"], json!([]));
    let all = script.get("/v1/requests?status=answered").await.json();
    assert_eq!(all["items"], json!([answered.json()]));
    let again = script.post(&path, &json!({ "granted": false })).await;
    assert_eq!((again.status.as_u16(), &again.json()["code"]), (404, &json!("request_not_found")));
    assert_eq!(app.store.grants(ines.id()).await.unwrap(), grants("billing:read"), "it stays granted");
}

#[tokio::test]
async fn what_is_wrong_with_an_answer_is_pointed_at_and_answers_nothing() {
    let app = TestApp::new().await;
    let script = app.script(&["tokenry.people:read", "tokenry.people:write"]).await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.tighten().await;
    let id = app.asked(&ines, "billing:read").await;
    let path = format!("/v1/requests/{id}/answer");
    let before = app.fingerprint().await;
    for (body, fault) in [
        (json!({}), " type"),
        (json!({ "granted": "yes" }), "/granted type"),
        (json!({ "granted": true, "word": "x" }), "/word type"),
        (json!({ "granted": true, "reason": "a\u{202e}b" }), "/reason invisible_character"),
        (json!({ "granted": true, "reason": "x".repeat(301) }), "/reason too_long"),
    ] {
        assert_eq!(script.post(&path, &body).await.faults(), [fault], "{body}");
    }
    for unknown in ["/v1/requests/0199c3a4-5b6e-7c10-9f2d-3a41c8e07b55/answer", "/v1/requests/x%FF/answer"] {
        assert_eq!(script.post(unknown, &json!({ "granted": true })).await.status, 404, "{unknown}");
    }
    assert_eq!(script.get("/v1/requests?status=new").await.faults(), ["status malformed"]);
    assert_eq!(app.fingerprint().await, before);
}
