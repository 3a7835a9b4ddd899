//! The OpenAPI 3.1 document of the HTTP API, generated from the code. Each handler describes its own requests and
//! answers. Everything that they share (errors, authentication, the headers of changes) is added here once.

use crate::rest::{
    events, people, permissions,
    problem::{Fault, ProblemBody, named_by_status},
    tokens::{self, conditions::none_matches},
    verify::{self, forward_auth, oauth},
};
use app::{domain::WRITE_TOKENS, service::KeyDigest};
use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
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
        (name = "Verify", description = "May this secret do that now? One decision, behind every endpoint."),
        (name = "OAuth endpoints", description = "What standard clients and proxies ask: OAuth’s introspection and \
            revocation, and the question that a proxy asks before it lets a request through."),
        (name = "Tokens", description = "Everything about tokens that the console can do, too. A token never gives \
            what it does not have."),
        (name = "Permissions", description = "What a token can be given."),
        (name = "People and events", description = "Who is here, and what they did."),
        (name = "This document", description = "It is written from the code and checked by its tests.")
    ),
    paths(
        verify::endpoints::one,
        verify::endpoints::batch,
        oauth::introspect,
        oauth::revoke,
        oauth::metadata,
        forward_auth::ask,
        tokens::endpoints::list,
        tokens::endpoints::create,
        tokens::endpoints::read,
        tokens::endpoints::edit,
        tokens::endpoints::delete,
        tokens::endpoints::rotate,
        tokens::endpoints::disable,
        tokens::endpoints::enable,
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

/// The document as it is printed.
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
    description = "It changes with the version of the server alone, and says so with its `ETag`.",
    responses(
        (status = 200, description = "OpenAPI 3.1", body = Object),
        (status = 304, description = "It is the one that `If-None-Match` names")
    )
)]
pub async fn show(headers: HeaderMap) -> Response {
    let (text, tag) = &*SERVED;
    let kept = [
        (header::ETAG, tag.clone()),
        // Five minutes, so that clients soon see a new version of the server.
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    if none_matches(&headers, tag) {
        let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (kept, kind, text.clone()).into_response()
    } else {
        (StatusCode::NOT_MODIFIED, kept).into_response()
    }
}

/// The document as it is sent, and its ETag. Both are computed once.
static SERVED: LazyLock<(Bytes, HeaderValue)> = LazyLock::new(|| {
    let text = DOCUMENT.to_string();
    let digest = KeyDigest::of(text.as_bytes());
    let tag: String = digest.as_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = HeaderValue::try_from(format!("\"{tag}\"")).unwrap_or(HeaderValue::from_static("\"\""));
    (text.into(), tag)
});

/// Every status of an error that the document describes.
pub const STATUSES: [u16; 14] = [400, 401, 403, 404, 405, 409, 413, 414, 415, 422, 428, 429, 431, 503];

/// Further codes of a status, besides the one that its response is named after.
const fn more_codes(status: u16) -> &'static [&'static str] {
    match status {
        403 => &["permission_missing"],
        404 => &["route_not_found"],
        409 => &["too_many_tokens"],
        503 => &["overloaded"],
        _ => &[],
    }
}

fn complete(document: &mut Value) {
    let scheme = json!({
        "type": "http",
        "scheme": "bearer",
        "description": "The secret of a token that has the permission named beside each request. Tokenry’s own \
            permissions count only while the token’s owner is an admin."
    });
    let client = json!({
        "type": "http",
        "scheme": "basic",
        "description": "The id of a token and its secret, as a client of OAuth’s authenticates (RFC 6749, section 2.3.1)."
    });
    document["components"]["securitySchemes"] = json!({ "bearer": scheme, "client": client });
    for status in STATUSES {
        let (code, title) = named_by_status(status);
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let content = json!({ "application/problem+json": { "schema": schema } });
        let codes: Vec<_> = [code].iter().chain(more_codes(status)).map(|code| format!("`{code}`")).collect();
        let description = format!("{title}. `code`: {}", codes.join(", "));
        document["components"]["responses"][code] =
            json!({ "description": description, "x-status": status, "content": content });
    }
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if is_change(operation) {
                add_terms(path, method, operation);
            }
            add_errors(path, method, operation);
        }
    }
}

fn is_change(operation: &Value) -> bool {
    operation["security"][0]["bearer"][0] == WRITE_TOKENS
}

/// Adds the headers for the terms of a change: `Idempotency-Key`, and `If-Match` if the path names a token.
fn add_terms(path: &str, method: &str, operation: &mut Value) {
    let mut add = |name: &str, required: bool, about: &str, example: &str| {
        let parameter = json!({
            "name": name,
            "in": "header",
            "description": about,
            "required": required,
            "schema": { "type": "string" },
            "example": example
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(parameter),
            None => operation["parameters"] = json!([parameter]),
        }
    };
    if path.contains("{id}") {
        let about = "The `ETag` that the token was read with, or several: with another version it is refused (409, with \
            the `version` that is stored now). A weak tag and one that a compressing proxy has changed are understood; `*` \
            is any version.";
        add("If-Match", method == "patch", about, "\"1\"");
    }
    let about = "1 to 255 visible ASCII characters of your choice. For 24 hours, the same request with the same key changes \
        nothing more and is answered like the first one, but without a secret. Another request with the same key is refused \
        (422).";
    add("Idempotency-Key", false, about, "8e03978e-40d5-43dd-bc93-6894a57f9324");
}

/// Adds the errors that follow from the parts of a request. OAuth's endpoints have error bodies of their own.
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
    } else if is_change(operation) || (is_asked && !path.contains("{id}")) {
        statuses.push(422);
    }
    if is_change(operation) && path.contains("{id}") {
        statuses.push(409);
    }
    if method == "patch" {
        statuses.push(428);
    }
    statuses.sort_unstable();
    for status in statuses {
        let (code, _) = named_by_status(status);
        operation["responses"][status.to_string()] =
            json!({ "$ref": format!("#/components/responses/{code}") });
    }
}
