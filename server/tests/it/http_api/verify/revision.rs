//! Reading what was written through another node: a change tells its revision, and whoever sends it along is answered by
//! a node that knows of the change.

use crate::support::{Answer, Script, TestApp, Visitor};
use app::{
    domain::SecretPrefix,
    service::{Service, VerifyRequest},
};
use serde_json::json;
use server::{Network, store::open};
use std::time::{Duration, Instant};

const REVISION: &str = "tokenry-revision";

#[tokio::test]
async fn whoever_sends_the_revision_of_a_change_is_answered_with_it_by_any_node() {
    let app = TestApp::new().await;
    let store = open(&app.database()).await.unwrap();
    let node = Service::new(store, app.clock.clone(), SecretPrefix::default());
    let visitor = Visitor::new(server::build(node, Network::default()));
    let other = Script { visitor, secret: app.asker().await.secret };
    let script = app.manager().await;
    for round in 0..20 {
        let made = script.make(&format!("Deploy {round}")).await;
        let (id, secret) = (made["token"]["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
        let ask = async |at_least: &str| {
            let headers = [("content-type", "application/json"), ("tokenry-at-least", at_least)];
            other.send("POST", "/v1/verify", &headers, &json!({ "secret": secret }).to_string()).await
        };
        assert_eq!(ask("0").await.json()["verdict"], "valid", "it is in that node's memory");
        let deleted = script.send("DELETE", &format!("/v1/tokens/{id}"), &[], "").await;
        assert_eq!(deleted.status, 204);
        let revision = deleted.header(REVISION.parse().unwrap());
        assert!(revision.parse::<i64>().unwrap() > 0, "{revision}");
        assert_eq!(ask(revision).await.json()["verdict"], "revoked", "round {round}");
    }
}

#[tokio::test]
async fn a_revision_that_nobody_has_made_is_not_waited_for_and_one_that_is_none_is_refused() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let body = json!({ "secret": "tkr_x" }).to_string();
    let kind =
        |at_least: &'static str| [("content-type", "application/json"), ("tokenry-at-least", at_least)];
    let early = asker.send("POST", "/v1/verify", &kind("9000000000000000000"), &body).await;
    assert_eq!(early.status, 503);
    assert_ne!(early.header(axum::http::header::RETRY_AFTER), "");
    assert!(early.text.contains("does not know of that revision yet"), "{}", early.text);
    for wrong in ["soon", "-", "1.5", ""] {
        let refused = asker.send("POST", "/v1/verify", &kind(wrong), &body).await;
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.text.contains("Tokenry-At-Least is a number"), "{}", refused.text);
    }
    assert_eq!(asker.send("POST", "/v1/verify", &kind("1"), &body).await.status, 200);
}

#[tokio::test]
async fn only_changes_tell_a_revision_and_refused_ones_do_not() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let secret = app.secret_with(&["projects:read"]).await;
    let tells = |answer: &Answer| !answer.header(REVISION.parse().unwrap()).is_empty();
    assert!(!tells(&script.get("/v1/tokens").await));
    assert!(!tells(&script.post("/v1/tokens", &json!({})).await));
    assert!(!tells(&app.asker().await.post("/v1/verify", &json!({ "secret": secret })).await));
    assert!(tells(
        &script.post("/v1/tokens", &json!({ "name": "Deploy", "permissions": ["projects:read"] })).await
    ));
    assert!(tells(&app.stranger().revoke(&secret).await));
}

#[tokio::test]
async fn memory_is_used_no_longer_than_the_operator_says() {
    let app = TestApp::new().await;
    let created = app.create("Deploy").await;
    let store = open(&app.database()).await.unwrap();
    let node = Service::new(store, app.clock.clone(), SecretPrefix::default());
    let node = node.with_max_stale(Duration::from_millis(200));
    let request =
        VerifyRequest { secret: created.secret.as_str(), permissions: &[], address: None, client: "" };
    assert!(node.verify(&request).await.unwrap().verdict.is_valid());
    app.service.delete_token(&app.admin.caller, created.token.id).await.unwrap();
    let told = Instant::now();
    while node.verify(&request).await.unwrap().verdict.is_valid() {
        assert!(told.elapsed() < Duration::from_millis(250), "an old answer");
        tokio::task::yield_now().await;
    }
}
