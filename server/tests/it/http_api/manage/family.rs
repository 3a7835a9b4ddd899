//! Tokens remember which token made them, and can be ended with it.

use crate::support::{Script, TestApp};
use app::domain::Role;
use serde_json::{Value, json};

const ALL: [&str; 4] =
    ["tokenry.tokens:read", "tokenry.tokens:write", "tokenry.tokens:write-all", "projects:read"];

/// A token that this script makes, and that can make others.
async fn maker(app: &TestApp, script: &Script, name: &str) -> (Script, String) {
    let answer = script.post("/v1/tokens", &json!({ "name": name, "permissions": ALL })).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    (Script { visitor: app.stranger(), secret }, made["token"]["id"].as_str().unwrap().to_owned())
}

fn ids(all: &Value) -> Vec<&str> {
    all.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_token_names_the_one_that_made_it_whatever_becomes_of_either() {
    let app = TestApp::new().await;
    let (reader, first) = (app.script(&["tokenry.tokens:read"]).await, app.script(&ALL).await);
    let (second, id) = maker(&app, &first, "Second").await;
    let child = second.make("Child").await["token"]["id"].as_str().unwrap().to_owned();
    let parent = json!({ "id": id, "name": "Second" });
    let said = async || reader.get(&format!("/v1/tokens/{child}")).await.json()["parent"].clone();
    assert_eq!(said().await, parent);
    assert_eq!(app.create("By hand").await.token.parent, None);
    first.post(&format!("/v1/tokens/{child}/rotate"), &json!({})).await;
    assert_eq!(said().await, parent, "it has a new secret");
    let ines = app.user("Ines Okafor", Role::Member).await.id().to_string();
    app.service.hand_over_token(&app.admin.caller, child.parse().unwrap(), &ines).await.unwrap();
    assert_eq!(said().await, parent, "it is somebody else's");
    assert_eq!(first.send("DELETE", &format!("/v1/tokens/{id}"), &[], "").await.status, 204);
    assert_eq!(said().await, parent, "the one that made it is gone, and it is not");
}

#[tokio::test]
async fn what_a_token_made_ends_with_it_on_demand() {
    let app = TestApp::new().await;
    let (asker, first) = (app.asker().await, app.script(&ALL).await);
    let (second, id) = maker(&app, &first, "Second").await;
    let (third, third_id) = maker(&app, &second, "Third").await;
    let leaf = third.make("Leaf").await;
    let other = first.make("Other").await;
    let last = app.last_line().await;
    let answer = first.send("DELETE", &format!("/v1/tokens/{id}?with_children=true"), &[], "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = answer.json();
    assert_eq!(ids(&told["deleted"]), [&id, &third_id, leaf["token"]["id"].as_str().unwrap()]);
    assert_eq!((&told["kept"], &told["complete"]), (&json!([]), &json!(true)));
    assert_eq!(app.kinds_after(last).await, ["token.deleted"; 3]);
    for dead in [&second.secret, &third.secret, leaf["secret"].as_str().unwrap()] {
        assert_eq!(asker.verdict(dead).await, "revoked");
    }
    assert_eq!(asker.verdict(other["secret"].as_str().unwrap()).await, "valid");
    let again = first.send("DELETE", &format!("/v1/tokens/{id}?with_children=true"), &[], "").await;
    assert_eq!(again.status, 404, "there is nothing left: {}", again.text);
}

#[tokio::test]
async fn what_is_left_is_found_behind_those_that_ended_before() {
    let app = TestApp::new().await;
    let first = app.script(&ALL).await;
    let (second, id) = maker(&app, &first, "Second").await;
    let (third, third_id) = maker(&app, &second, "Third").await;
    let leaf = third.make("Leaf").await["token"]["id"].as_str().unwrap().to_owned();
    for gone in [&id, &third_id] {
        assert_eq!(first.send("DELETE", &format!("/v1/tokens/{gone}"), &[], "").await.status, 204);
    }
    assert_eq!(first.get(&format!("/v1/tokens/{leaf}")).await.status, 200, "children stay");
    let answer = first.send("DELETE", &format!("/v1/tokens/{id}?with_children=true"), &[], "").await;
    assert_eq!(ids(&answer.json()["deleted"]), [&leaf], "{}", answer.text);
}

#[tokio::test]
async fn what_the_caller_may_not_end_is_kept_and_named() {
    let app = TestApp::new().await;
    let first = app.script(&ALL).await;
    let (second, id) = maker(&app, &first, "Second").await;
    let child = second.make("Child").await["token"]["id"].as_str().unwrap().to_owned();
    let ines = app.user("Ines Okafor", Role::Member).await.id().to_string();
    app.service.hand_over_token(&app.admin.caller, child.parse().unwrap(), &ines).await.unwrap();
    let weak = app.script(&["tokenry.tokens:read", "tokenry.tokens:write"]).await;
    let last = app.last_line().await;
    let answer = weak.send("DELETE", &format!("/v1/tokens/{id}?with_children=true"), &[], "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = answer.json();
    assert_eq!(ids(&told["deleted"]), [&id]);
    assert_eq!(told["kept"][0]["id"], json!(child));
    assert!(told["kept"][0]["detail"].as_str().unwrap().contains("tokenry.tokens:write-all"), "{told}");
    assert_eq!(app.kinds_after(last).await, ["token.deleted", "refused"]);
}

#[tokio::test]
async fn whoever_may_not_end_a_token_ends_nothing_that_it_made() {
    let app = TestApp::new().await;
    let first = app.script(&ALL).await;
    let (second, id) = maker(&app, &first, "Second").await;
    second.make("Child").await;
    let path = format!("/v1/tokens/{id}?with_children=true");
    let reader = app.script(&["tokenry.tokens:read"]).await;
    assert_eq!(reader.send("DELETE", &path, &[], "").await.status, 403);
    assert_eq!(reader.send("DELETE", "/v1/tokens/x?with_children=true", &[], "").await.status, 403);
    for wrong in
        ["with_children=yes", "with_children=", "with_child=true", "with_children=true&with_children=true"]
    {
        let answer = first.send("DELETE", &format!("/v1/tokens/{id}?{wrong}"), &[], "").await;
        assert_eq!(answer.status, 422, "{wrong}: {}", answer.text);
    }
    let ended = "select count(*) from token where deleted_at is not null";
    assert_eq!(app.number(ended).await, 0);
}

#[tokio::test]
async fn what_a_token_made_is_disabled_with_it_on_demand() {
    let app = TestApp::new().await;
    let (asker, first) = (app.asker().await, app.script(&ALL).await);
    let (second, id) = maker(&app, &first, "Second").await;
    let (third, third_id) = maker(&app, &second, "Third").await;
    let leaf = third.make("Leaf").await;
    let (leaf_id, other) = (leaf["token"]["id"].as_str().unwrap(), first.make("Other").await);
    let path = format!("/v1/tokens/{id}/disable?with_children=true");
    let last = app.last_line().await;
    let outdated = first.send("POST", &path, &[("if-match", "\"7\"")], "").await;
    assert_eq!(outdated.status, 409, "{}", outdated.text);
    assert_eq!(app.kinds_after(last).await, [""; 0], "an outdated view disables nothing");
    let keyed = [("if-match", "\"1\""), ("idempotency-key", "k")];
    let answer = first.send("POST", &path, &keyed, "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = answer.json();
    assert_eq!(ids(&told["disabled"]), [&id, &third_id, leaf_id]);
    assert_eq!((&told["kept"], &told["complete"]), (&json!([]), &json!(true)));
    assert_eq!(app.kinds_after(last).await, ["token.disabled"; 3]);
    for disabled in [&second.secret, &third.secret, leaf["secret"].as_str().unwrap()] {
        assert_eq!(asker.verdict(disabled).await, "disabled");
    }
    assert_eq!(asker.verdict(other["secret"].as_str().unwrap()).await, "valid");
    // Somebody enables one of them. The same key does not disable it a second time, but a new request does.
    assert_eq!(first.send("POST", &format!("/v1/tokens/{leaf_id}/enable"), &[], "").await.status, 200);
    let before = app.fingerprint().await;
    let again = first.send("POST", &path, &keyed, "").await;
    assert_eq!((again.status.as_u16(), again.text.as_str()), (204, ""));
    assert_eq!(app.fingerprint().await, before);
    let last = app.last_line().await;
    let anew = first.send("POST", &path, &[], "").await;
    assert_eq!(ids(&anew.json()["disabled"]), [&id, &third_id, leaf_id], "{}", anew.text);
    assert_eq!(app.kinds_after(last).await, ["token.disabled"]);
}

#[tokio::test]
async fn without_being_asked_only_the_token_itself_is_disabled() {
    let app = TestApp::new().await;
    let (asker, first) = (app.asker().await, app.script(&ALL).await);
    let (second, id) = maker(&app, &first, "Second").await;
    let child = second.make("Child").await;
    for query in ["", "?with_children=false"] {
        let answer = first.send("POST", &format!("/v1/tokens/{id}/disable{query}"), &[], "").await;
        assert_eq!((answer.status.as_u16(), &answer.json()["status"]), (200, &json!("disabled")), "{query}");
    }
    assert_eq!(asker.verdict(child["secret"].as_str().unwrap()).await, "valid");
    let weak = app.script(&["tokenry.tokens:write"]).await;
    let foreign = app.user("Ines Okafor", Role::Member).await.id().to_string();
    app.service.hand_over_token(&app.admin.caller, id.parse().unwrap(), &foreign).await.unwrap();
    let before = "select count(*) from token where disabled_at is not null";
    let disabled = app.number(before).await;
    let path = format!("/v1/tokens/{id}/disable?with_children=true");
    assert_eq!(weak.send("POST", &path, &[], "").await.status, 404, "it is somebody else's");
    assert_eq!(first.send("POST", &path.replace("=true", "=yes"), &[], "").await.status, 422);
    assert_eq!(app.number(before).await, disabled);
}
