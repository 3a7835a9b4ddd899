//! Metadata: set, checked, found, and answered with every verdict.

use crate::support::{TestApp, form};
use app::domain::{Overlap, TokenForm};
use serde_json::{Value, json};

fn labelled(name: &str, metadata: &str) -> TokenForm {
    TokenForm { metadata: Some(metadata.to_owned()), ..form(name, &["projects:read"]) }
}

#[tokio::test]
async fn a_token_is_created_with_metadata_and_shows_it() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let new = json!({
        "name": "Sync", "permissions": ["projects:read"], "metadata": { "team": " Pay  ments ", "env": "prod", "x": "" }
    });
    let made = script.post("/v1/tokens", &new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let expected = json!({ "env": "prod", "team": "Pay ments", "x": "" });
    assert_eq!(made.json()["token"]["metadata"], expected);
    let id = made.json()["token"]["id"].as_str().unwrap().to_owned();
    assert_eq!(script.get(&format!("/v1/tokens/{id}")).await.json()["metadata"], expected);
    let page = app.visitor().get(&format!("/settings/tokens/{id}")).await;
    assert!(
        page.text.contains(r#"href="/settings/tokens?metadata=env%3Aprod""#),
        "it leads to those like it"
    );
    let without = json!({ "name": "Other", "permissions": ["projects:read"], "metadata": null });
    assert_eq!(script.post("/v1/tokens", &without).await.json()["token"]["metadata"], json!({}));
}

#[tokio::test]
async fn what_is_wrong_with_metadata_is_pointed_at_and_changes_nothing() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let id = app.made(&labelled("Sync", "env: prod")).await.token.id.to_string();
    let before = app.fingerprint().await;
    let many: Value =
        (0..21).map(|n| (format!("key{n}"), json!("x"))).collect::<serde_json::Map<_, _>>().into();
    for (metadata, fault) in [
        (json!({ "Env": "prod" }), "/metadata/Env malformed"),
        (json!({ "a/b": "prod" }), "/metadata/a~1b malformed"),
        (json!({ "env": "a\nb: c" }), "/metadata/env invisible_character"),
        (json!({ "env": "a\u{202e}b" }), "/metadata/env invisible_character"),
        (json!({ "env": "x".repeat(201) }), "/metadata/env too_long"),
        (json!({ "env": 7 }), "/metadata/env type"),
        (json!(["env"]), "/metadata type"),
        (many, "/metadata too_many"),
    ] {
        let new = json!({ "name": "New", "permissions": ["projects:read"], "metadata": metadata });
        assert_eq!(script.post("/v1/tokens", &new).await.faults(), [fault], "{metadata}");
        let patched = script.patch(&id, "\"1\"", &json!({ "metadata": metadata })).await;
        assert_eq!(patched.faults(), [fault], "{metadata}");
    }
    let twice = r#"{"name":"New","permissions":["projects:read"],"metadata":{"env":"a","env":"b"}}"#;
    assert_eq!(script.post_as("/v1/tokens", "application/json", twice).await.faults(), ["/metadata type"]);
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn every_verdict_of_a_valid_secret_has_the_metadata_as_it_is_now() {
    let app = TestApp::new().await;
    let (script, asker) = (app.manager().await, app.asker().await);
    let made = app.made(&labelled("Sync", "env: prod")).await;
    let (id, secret) = (made.token.id.to_string(), made.secret.as_str());
    let told = async |expected: Value| {
        let verdict = asker.verify(&json!({ "secret": secret })).await;
        assert_eq!(verdict["token"]["metadata"], expected);
        assert_eq!(asker.introspect(secret).await.json()["metadata"], expected);
    };
    told(json!({ "env": "prod" })).await;
    for (version, (patch, expected)) in (1..).zip([
        (json!({ "env": "test", "team": "pay" }), json!({ "env": "test", "team": "pay" })),
        (json!({ "team": null }), json!({ "env": "test" })),
        (json!(null), json!(null)),
        (json!({ "env": "prod" }), json!({ "env": "prod" })),
    ]) {
        let answer = script.patch(&id, &format!("\"{version}\""), &json!({ "metadata": patch })).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        told(expected).await;
    }
    let wanted = json!({ "secret": secret, "permissions": ["projects:write"] });
    let denied = asker.verify(&wanted).await;
    assert_eq!(denied["token"], json!({ "id": id, "name": "Sync" }), "a denial tells nothing more");
    let rotated = app.service.rotate_token(&app.admin.caller, made.token.id, None, Overlap::of_seconds(60));
    let rotated = rotated.await.unwrap().secret;
    for secret in [secret, rotated.as_str()] {
        let verdict = asker.verify(&json!({ "secret": secret })).await;
        assert_eq!(verdict["token"]["metadata"], json!({ "env": "prod" }), "a rotation keeps it");
    }
}

#[tokio::test]
async fn a_list_is_narrowed_to_an_entry_or_to_a_key() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for (name, metadata) in
        [("Both", "env: prod\nteam: Pay ments"), ("Prod", "env: prod"), ("Test", "env: test"), ("None", "")]
    {
        app.made(&labelled(name, metadata)).await;
    }
    for (query, names) in [
        ("env:prod", vec!["Prod", "Both"]),
        ("env", vec!["Test", "Prod", "Both"]),
        ("env:", vec![]),
        ("team:Pay%20ments", vec!["Both"]),
        ("gone", vec![]),
        ("env:prod&sort=name", vec!["Both", "Prod"]),
        ("env:prod&search=bo", vec!["Both"]),
        ("env:prod&status=disabled", vec![]),
    ] {
        assert_eq!(script.names(&format!("?metadata={query}")).await, names, "{query}");
    }
    let without = TestApp::new().await;
    without.create("None").await;
    for (app, is_offered) in [(&app, true), (&without, false)] {
        let page = app.visitor().get("/settings/tokens").await.text;
        assert_eq!(
            page.contains("name=\"metadata\""),
            is_offered,
            "who has no metadata needs no field to find it"
        );
    }
    let refused = script.get("/v1/tokens?metadata=Env:prod").await;
    assert_eq!((refused.status.as_u16(), refused.faults()), (422, vec!["metadata malformed".to_owned()]));
    let page = app.visitor().get("/settings/tokens?metadata=env%3Aprod").await;
    assert!(page.text.contains("2 of 5 match.") && page.text.contains("Metadata env:prod"), "{}", page.text);
}

#[tokio::test]
async fn a_repeated_request_with_other_metadata_is_another_request() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let send = async |metadata: Value| {
        let body = json!({ "name": "Sync", "permissions": ["projects:read"], "metadata": metadata });
        let headers = [("content-type", "application/json"), ("idempotency-key", "one")];
        script.send("POST", "/v1/tokens", &headers, &body.to_string()).await
    };
    assert_eq!(send(json!({ "env": "prod" })).await.status, 201);
    assert_eq!(send(json!({ "env": "prod" })).await.status, 200);
    assert_eq!(send(json!({ "env": "test" })).await.faults(), ["Idempotency-Key reused"]);
}

#[tokio::test]
async fn the_audit_log_names_the_entries_that_changed_and_no_others() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let id = app.made(&labelled("Sync", "env: prod\nteam: pay")).await.token.id.to_string();
    script.patch(&id, "\"1\"", &json!({ "metadata": { "env": "test" } })).await;
    script.patch(&id, "\"2\"", &json!({ "description": "Nightly" })).await;
    let log = app.visitor().get("/settings/audit").await.text;
    assert!(log.contains("etadata env: prod; metadata team: pay"), "{log}");
    assert!(
        log.contains("Metadata env: prod → test") && !log.contains("Metadata env: prod → test; m"),
        "{log}"
    );
    let last = "select count(*) from event where details like '%Nightly%' and details like '%metadata%'";
    assert_eq!(app.number(last).await, 0);
}

#[tokio::test]
async fn the_metadata_of_a_service_account_is_found_and_answered_with_all_of_its_tokens() {
    let app = TestApp::new().await;
    let (script, asker) =
        (app.script(&["tokenry.people:write", "tokenry.people:read"]).await, app.asker().await);
    let new =
        json!({ "kind": "service", "name": "Builds", "metadata": { "team": " pay  ments ", "env": "ci" } });
    let made = script.post("/v1/accounts", &new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let token = app.made(&TokenForm { owner: Some(id.clone()), ..labelled("Sync", "env: prod") }).await;
    let told = async || {
        let verdict = asker.verify(&json!({ "secret": token.secret.as_str() })).await;
        assert_eq!(
            verdict["token"]["metadata"],
            json!({ "env": "prod" }),
            "the token’s own stay as they are"
        );
        verdict["token"]["owner"]["metadata"].clone()
    };
    assert_eq!(told().await, json!({ "env": "ci", "team": "pay ments" }));
    let found = async |filter: &str| {
        let list = script.get(&format!("/v1/accounts?kind=service&metadata={filter}")).await;
        assert_eq!(list.status, 200, "{}", list.text);
        list.json()["items"].as_array().unwrap().len()
    };
    assert_eq!([found("env:ci").await, found("team").await, found("env:prod").await], [1, 1, 0]);
    let page = app.visitor().get(&format!("/settings/accounts/{id}")).await;
    assert!(page.text.contains(r#"href="/settings/service-accounts?metadata=env%3Aci""#), "{}", page.text);
    let (path, wrong) =
        (format!("/v1/accounts/{id}"), json!({ "name": "Builds", "metadata": { "Env": "x" } }));
    assert_eq!(script.put(&path, &wrong).await.faults(), ["/metadata/Env malformed"]);
    let malformed = script.get("/v1/accounts?kind=service&metadata=Env:x").await;
    assert_eq!(malformed.faults(), ["metadata malformed"]);
    assert_eq!(script.put(&path, &json!({ "name": "Builds" })).await.status, 200);
    assert_eq!(told().await, json!(null), "what is left out is cleared, and known at once");
}
