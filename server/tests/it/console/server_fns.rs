//! The console's server functions, as the browser calls them and as a stranger might.

use crate::support::TestApp;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[tokio::test]
async fn creating_answers_with_the_name_of_the_token_and_its_secret() {
    let app = TestApp::new().await;
    let fields = [("name", "Billing sync"), ("description", ""), ("permissions", "projects:read")];
    let answer = app.visitor().change("create_token", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let done = answer.json();
    let created = done["secret"].as_object().unwrap();
    assert_eq!(created["name"], "Billing sync");
    assert!(app::domain::Secret::parse(created["secret"].as_str().unwrap()).is_some());
    assert_eq!(created.values().filter(|value| *value == &created["secret"]).count(), 1, "it is there once");
}

#[tokio::test]
async fn every_error_has_its_status_and_its_code() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let token = app.create("Billing sync").await.token.id;
    let unknown = "01234567-89ab-7def-8123-456789abcdef";
    let edit = |more: &str| format!("id={token}&name=Ours&permissions=projects%3Aread{more}");
    for (function, fields, status, code) in [
        ("create_token", "name=+".to_owned(), 422, "invalid"),
        ("create_token", "name=x&allowed_addresses=10.0.0.0%2F33".to_owned(), 422, "invalid"),
        ("edit_token", edit("&version=7"), 409, "conflict"),
        ("edit_token", edit(""), 409, "conflict"),
        ("edit_token", format!("id={unknown}&version=1&name=x"), 404, "not_found"),
        ("edit_token", "id=no+id&version=1&name=x".to_owned(), 404, "not_found"),
        ("delete_token", format!("id={unknown}"), 404, "not_found"),
        ("delete_token", "id=no+id".to_owned(), 404, "not_found"),
        ("change_role", "id=no+id&role=viewer".to_owned(), 404, "no_such_person"),
        ("edit_token", edit("&version=one"), 400, "malformed"),
        ("edit_token", edit("&version=1&owner=me"), 400, "malformed"),
        ("delete_token", String::new(), 400, "malformed"),
        ("create_token", String::new(), 400, "malformed"),
        ("create_token", "name=x&owner=me".to_owned(), 422, "invalid"),
        ("create_token", "name=x&name=y".to_owned(), 400, "malformed"),
    ] {
        let answer = visitor.post(&format!("/_fn/{function}"), FORM, fields.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{function} {fields}: {}", answer.text);
        assert!(answer.text.contains(&format!("\"{code}\"")), "{function} {fields}: {}", answer.text);
    }
    for (function, arguments, status, code) in [
        ("load_token_prompt", at(&format!("/settings/tokens/{unknown}/edit")), 404, "not_found"),
        ("load_token_prompt", at("/settings/tokens/no%20id/edit"), 404, "not_found"),
        ("load_token", at("/settings/tokens/no%20id"), 404, "not_found"),
        ("load_people", at("/settings/people?cursor=x"), 422, "invalid"),
        ("load_tokens", json!({ "url": 7 }), 400, "malformed"),
        ("load_tokens", json!({}), 400, "malformed"),
    ] {
        let answer = visitor.call(function, arguments.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{function} {arguments}: {}", answer.text);
        assert!(answer.text.contains(&format!("\"{code}\"")), "{function} {arguments}: {}", answer.text);
    }
}

fn at(place: &str) -> Value {
    json!({ "url": place })
}

#[tokio::test]
async fn what_cannot_be_shown_is_said_in_its_place_with_its_status() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let unknown = "01234567-89ab-7def-8123-456789abcdef";
    for (function, place, status) in [
        ("load_tokens", "/settings/tokens?cursor=x".to_owned(), 422),
        ("load_audit", "/settings/audit?from=2026-13-01".to_owned(), 422),
        ("load_audit", "/settings/audit?persn=x".to_owned(), 400),
        ("load_bulk_prompt", format!("/settings/tokens/bulk?action=delete&id={unknown}"), 404),
    ] {
        let answer = visitor.call(function, at(&place)).await;
        assert_eq!(answer.status.as_u16(), status, "{place}: {}", answer.text);
        assert!(answer.json().as_object().is_some_and(|data| data.len() > 1), "{place}: {}", answer.text);
    }
    let seen = format!("{unknown}.1");
    let answer = visitor.change("change_tokens", &[("action", "delete"), ("tokens", &seen)]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
    assert_eq!(answer.json()["bulk"]["count"], 1, "{}", answer.text);
}

#[tokio::test]
async fn a_conflict_brings_the_token_as_it_is_stored() {
    let app = TestApp::new().await;
    let id = app.create("Billing sync").await.token.id.to_string();
    let fields = [("id", id.as_str()), ("version", "9"), ("name", "Ours"), ("permissions", "projects:read")];
    let answer = app.visitor().change("edit_token", &fields).await;
    assert_eq!(answer.json()["conflict"]["current"]["name"], "Billing sync");
    assert_eq!(answer.json()["conflict"]["current"]["version"], 1);
}

#[tokio::test]
async fn what_is_read_is_asked_for_in_json_and_what_is_changed_by_a_form_and_nobody_is_redirected() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let before = app.fingerprint().await;
    for (path, kind) in [("/_fn/create_token", JSON), ("/_fn/load_tokens", FORM)] {
        for kind in [kind, "text/plain", "multipart/form-data", ""] {
            let answer = visitor.post(path, kind, "name=x").await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path} {kind}");
        }
    }
    let (deep, large) = ("[".repeat(30_000), "x".repeat(70_000));
    for body in ["", "{", "[]", "null", "\u{feff}{}", "{\"url\":\"\\ud800\"}", "1e999", &deep] {
        let answer = visitor.post("/_fn/load_tokens", JSON, body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body:.40}: {}", answer.text);
        assert_eq!(answer.header(header::LOCATION), "");
    }
    for body in ["", "&&", "%", "{}", "name", "name=x&form[name]=x", "\u{feff}name=x", &deep] {
        let answer = visitor.post("/_fn/create_token", FORM, body.to_owned()).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{body:.40}: {}", answer.text);
        assert_eq!(answer.header(header::LOCATION), "");
    }
    for (path, kind) in [("/_fn/create_token", FORM), ("/_fn/load_tokens", JSON)] {
        let answer = visitor.post(path, kind, large.clone()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_function_that_is_none_is_not_found_whatever_it_is_sent() {
    let app = TestApp::new().await;
    for kind in [JSON, FORM, "text/plain"] {
        for name in ["drop_tables", "load_secrets", "load_table"] {
            let answer = app.visitor().post(&format!("/_fn/{name}"), kind, "{}").await;
            let said = (answer.status, answer.text.as_str());
            assert_eq!(said, (StatusCode::NOT_FOUND, "\"not_found\""), "{name} {kind}");
        }
    }
}
