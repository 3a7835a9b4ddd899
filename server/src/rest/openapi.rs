//! The document of this door (OpenAPI 3.1), written from the code: each handler says what it takes and gives, and what
//! all of them share (errors, how to ask) is said here once.

use super::{
    events, forward_auth, oauth, people, permissions,
    problem::{Fault, ProblemBody, named_by_status, written},
    tokens, verify,
};
use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};
use std::sync::LazyLock;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tokenry",
        description = "The self-hosted home of a team’s API tokens. Every request but a few is made with the \
            secret of a token: `Authorization: Bearer`, and no other way.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This installation")),
    tags(
        (name = "Verify", description = "May this secret do that now? One decision, behind every door."),
        (name = "Standard doors", description = "What standard clients and proxies ask: OAuth’s introspection and \
            revocation, and the question that a proxy asks before it lets a request through."),
        (name = "Tokens", description = "Everything about tokens that the console can do, too. A token never gives \
            what it does not have."),
        (name = "Permissions", description = "What a token can be given."),
        (name = "People and events", description = "Who is here, and what they did."),
        (name = "This document", description = "It is written from the code and checked by its tests.")
    ),
    paths(
        verify::one,
        verify::batch,
        oauth::introspect,
        oauth::revoke,
        oauth::metadata,
        forward_auth::ask,
        tokens::list,
        tokens::create,
        tokens::read,
        tokens::edit,
        tokens::delete,
        tokens::rotate,
        tokens::disable,
        tokens::enable,
        permissions::list,
        people::list,
        events::list,
        show
    ),
    components(schemas(ProblemBody<'_>, Fault))
)]
struct Written;

/// The whole document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::to_value(Written::openapi()).unwrap_or_default();
    complete(&mut document);
    document
});

/// As it is served and printed.
pub fn text() -> String {
    format!("{:#}\n", *DOCUMENT)
}

/// This document.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    tag = "This document",
    operation_id = "openapi",
    summary = "Read this document",
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub async fn show() -> Response {
    written(StatusCode::OK, "application/json", &*DOCUMENT)
}

/// Every status that an error can have.
pub const STATUSES: [u16; 12] = [400, 401, 403, 404, 405, 409, 413, 415, 422, 428, 429, 503];

fn complete(document: &mut Value) {
    let scheme = json!({
        "type": "http",
        "scheme": "bearer",
        "description": "The secret of a token that has the permission named beside each request. Tokenry’s own \
            permissions count only while the token’s owner is an admin."
    });
    document["components"]["securitySchemes"] = json!({ "bearer": scheme });
    for status in STATUSES {
        let (code, title) = named_by_status(status);
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ "application/problem+json": { "schema": schema } });
        document["components"]["responses"][code] =
            json!({ "description": title, "x-status": status, "content": content });
    }
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            add_errors(path, method, operation);
        }
    }
}

/// The errors that follow from what a request is made of. OAuth's doors have words of their own.
fn add_errors(path: &str, method: &str, operation: &mut Value) {
    if !path.starts_with("/v1/") || path.ends_with("openapi.json") {
        return;
    }
    let is_asked = operation.get("parameters").is_some();
    let mut statuses = vec![400, 401, 429, 503];
    if operation["security"][0]["bearer"].as_array().is_some_and(|needed| !needed.is_empty()) {
        statuses.push(403);
    }
    if path.contains("{id}") {
        statuses.push(404);
    }
    if operation.get("requestBody").is_some() {
        statuses.extend([413, 415, 422]);
    } else if is_asked && !path.contains("{id}") {
        statuses.push(422);
    }
    match (method, path.rsplit('/').next()) {
        ("patch", _) => statuses.extend([409, 428]),
        ("delete", _) => statuses.push(422),
        (_, Some("rotate")) => statuses.push(409),
        _ => {}
    }
    statuses.sort_unstable();
    for status in statuses {
        let (code, _) = named_by_status(status);
        operation["responses"][status.to_string()] =
            json!({ "$ref": format!("#/components/responses/{code}") });
    }
}
