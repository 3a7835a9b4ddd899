//! The OpenAPI document describes what the server does, and all of it.

use super::every_api_route::routed;
use crate::support::{TestApp, Visitor};
use axum::{body::Body, http::header};
use serde_json::Value;
use std::collections::BTreeSet;

const REWRITE: &str = "TOKENRY_REWRITE_OPENAPI";

async fn document() -> (String, Value) {
    let answer = TestApp::new().await.stranger().get("/v1/openapi.json").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    let document = answer.json();
    (format!("{document:#}\n"), document)
}

#[tokio::test]
async fn the_document_is_the_one_that_was_committed() {
    let (text, _) = document().await;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    if std::env::var_os(REWRITE).is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "server/openapi.json is outdated: run the tests once with {REWRITE}=1");
}

#[tokio::test]
async fn whoever_has_the_document_is_not_sent_it_again() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    let ask = async |method: &str, tag: &str| {
        let request = Visitor::request(method, "/v1/openapi.json").header(header::IF_NONE_MATCH, tag);
        stranger.send(request.body(Body::empty()).unwrap()).await
    };
    let first = stranger.get("/v1/openapi.json").await;
    let tag = first.header(header::ETAG).to_owned();
    assert!(tag.len() > 20 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    assert_eq!(first.header(header::CACHE_CONTROL), "public, max-age=300");
    for had in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let again = ask("GET", &had).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{had}");
        assert_eq!(
            (again.header(header::ETAG), again.header(header::CACHE_CONTROL)),
            (&*tag, "public, max-age=300")
        );
    }
    assert_eq!(ask("HEAD", &tag).await.status, 304);
    let other = ask("GET", "\"another\"").await;
    assert_eq!((other.status.as_u16(), other.text), (200, first.text));
}

#[test]
fn the_command_prints_the_document() {
    let printed = std::process::Command::new(env!("CARGO_BIN_EXE_tokenry")).arg("openapi").output().unwrap();
    assert!(printed.status.success());
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    assert!(
        printed.stdout == std::fs::read(path).unwrap(),
        "it prints another document than the committed one"
    );
}

/// Every operation of the document, as `GET /v1/tokens`.
fn described(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    operations.collect()
}

#[tokio::test]
async fn every_route_is_described_and_nothing_else_is() {
    let (_, document) = document().await;
    // Forward-auth takes any method, and the path that Envoy appends changes nothing.
    let routed: BTreeSet<String> = routed()
        .into_iter()
        .filter(|(_, path)| !path.contains("{*path}") && !path.ends_with('/'))
        .filter(|(_, path)| !["/v1", "/oauth"].contains(&path.as_str()))
        .map(|(method, path)| format!("{} {path}", if method == "ANY" { "GET" } else { &method }))
        .collect();
    assert_eq!(described(&document), routed);
}

#[tokio::test]
async fn the_document_is_of_openapi_3_1_and_every_reference_leads_somewhere() {
    let (text, document) = document().await;
    assert_eq!(document["openapi"], "3.1.0");
    for (at, _) in text.match_indices("\"$ref\": \"#") {
        let rest = &text[at + "\"$ref\": \"#".len()..];
        let pointer = rest.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    for operation in described(&document) {
        let (method, path) = operation.split_once(' ').unwrap();
        let operation = &document["paths"][path][method.to_lowercase()];
        for member in ["operationId", "summary", "tags", "responses"] {
            assert!(!operation[member].is_null(), "{method} {path}: {member}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{method} {path}: {parameter}");
        }
        let is_open = [
            "/oauth/revoke",
            "/oauth/token",
            "/v1/exposures",
            "/v1/exposures/github",
            "/.well-known/oauth-authorization-server",
            "/v1/openapi.json",
        ];
        assert_eq!(operation["security"].is_array(), !is_open.contains(&path), "{method} {path}");
    }
}

#[tokio::test]
async fn the_examples_are_as_the_schemas_say() {
    let (_, document) = document().await;
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let Some(example) = schema.get("example").and_then(Value::as_object) else { continue };
        let properties = schema["properties"].as_object().unwrap();
        for member in example.keys() {
            assert!(properties.contains_key(member), "{name}.{member}");
        }
        for member in schema["required"].as_array().into_iter().flatten() {
            assert!(example.contains_key(member.as_str().unwrap()), "{name}.{member} is not in the example");
        }
    }
}
