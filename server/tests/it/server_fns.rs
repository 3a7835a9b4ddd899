//! The console's other half: server functions, as the browser calls them and as a stranger might.

use crate::support::House;
use axum::http::{StatusCode, header};
use serde_json::json;

#[tokio::test]
async fn creating_answers_with_the_token_and_its_secret() {
    let house = House::new().await;
    let form =
        json!({ "form": { "name": "Billing sync", "description": "", "permissions": ["projects:read"] } });
    let answer = house.visitor().call("create_token", form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let created = answer.json();
    assert_eq!(created["token"]["name"], "Billing sync");
    assert!(app::domain::Secret::parse(created["secret"].as_str().unwrap()).is_some());
    assert!(created["token"].as_object().unwrap().values().all(|v| v != &created["secret"]));
}

#[tokio::test]
async fn every_error_has_its_status_and_its_code() {
    let house = House::new().await;
    let visitor = house.visitor();
    let token = house.create("Billing sync").await.token;
    let form = json!({ "name": "Ours", "description": "", "permissions": ["projects:read"] });
    let edit = |version| json!({ "id": token.id, "version": version, "form": form });
    let unknown = "01234567-89ab-7def-8123-456789abcdef";
    for (function, arguments, status, code) in [
        ("create_token", json!({ "form": { "name": " " } }), 422, "invalid"),
        (
            "create_token",
            json!({ "form": { "name": "x", "allowed_addresses": "10.0.0.0/33" } }),
            422,
            "invalid",
        ),
        ("edit_token", edit(7), 409, "conflict"),
        ("load_prompt", json!({ "id": unknown }), 404, "not_found"),
        ("load_prompt", json!({ "id": "no id" }), 404, "not_found"),
        ("delete_token", json!({ "id": unknown }), 404, "not_found"),
        ("load_table", json!({ "query": 7 }), 400, "malformed"),
        ("delete_token", json!({ "id": "no id" }), 400, "malformed"),
        ("create_token", json!({}), 400, "malformed"),
        ("create_token", json!({ "form": { "name": "x", "owner": "me" } }), 400, "malformed"),
        ("create_token", json!({ "form": { "name": 7 } }), 400, "malformed"),
    ] {
        let answer = visitor.call(function, arguments.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{function} {arguments}: {}", answer.text);
        assert!(answer.text.contains(&format!("\"{code}\"")), "{function} {arguments}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_conflict_brings_the_token_as_it_is_stored() {
    let house = House::new().await;
    let token = house.create("Billing sync").await.token;
    let form = json!({ "name": "Ours", "description": "", "permissions": ["projects:read"] });
    let answer =
        house.visitor().call("edit_token", json!({ "id": token.id, "version": 9, "form": form })).await;
    assert_eq!(answer.json()["conflict"]["current"]["name"], "Billing sync");
    assert_eq!(answer.json()["conflict"]["current"]["version"], 1);
}

#[tokio::test]
async fn only_json_is_read_and_nobody_is_redirected() {
    let house = House::new().await;
    let visitor = house.visitor();
    let before = house.fingerprint().await;
    for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", ""] {
        let answer = visitor.post("/_fn/create_token", kind, "form[name]=x").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    for body in ["", "{", "[]", "null", "\u{feff}{}", "{\"form\":{\"name\":\"\\ud800\"}}", "1e999"] {
        let answer = visitor.post("/_fn/create_token", "application/json", body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.text);
        assert_eq!(answer.header(header::LOCATION), "");
    }
    let deep = "[".repeat(30_000);
    assert_eq!(
        visitor.post("/_fn/create_token", "application/json", deep).await.status,
        StatusCode::BAD_REQUEST
    );
    let large = "x".repeat(70_000);
    assert_eq!(
        visitor.post("/_fn/create_token", "application/json", large).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(house.fingerprint().await, before);
}

#[tokio::test]
async fn a_function_that_is_none_is_not_found() {
    let house = House::new().await;
    let answer = house.visitor().call("drop_tables", json!({})).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NOT_FOUND, "\"not_found\""));
}
