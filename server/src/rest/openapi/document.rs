//! The OpenAPI 3.1 document of the HTTP API, generated from the code. Each handler describes its own requests and
//! responses; what operations share is in [`parts`](super::parts), and completed here.

use crate::rest::{
    accounts, events, exposures, people, permissions,
    problem::{Fault, ProblemBody, named_by_status},
    requests,
    tokens::{self, conditions::none_matches},
    verify::{self, exchange, forward_auth, oauth},
    webhooks,
};
use app::service::KeyDigest;
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
        description = "The self-hosted home of a team’s API tokens. Almost every request is authenticated with the \
            secret of a token, sent as `Authorization: Bearer` and never in the URL.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "This installation")),
    tags(
        (name = "Verify", description = "Is this secret valid, and may it do that? All endpoints share one decision."),
        (name = "OAuth endpoints", description = "For standard clients and proxies: OAuth token introspection and \
            revocation, and the check that a proxy makes before it lets a request through."),
        (name = "Tokens", description = "Create and manage tokens, as in the console. A token can never grant more \
            than it has."),
        (name = "Exposures", description = "Secrets that were found where others can read them."),
        (name = "Permissions", description = "The permissions that a token can have."),
        (name = "Accounts", description = "Groups and service accounts, which own tokens as people do, and what every \
            account may give to its tokens."),
        (name = "People and events", description = "The people of this installation, and the audit log."),
        (name = "Webhooks", description = "URLs that hear of what happens here, as it happens."),
        (name = "This document", description = "Generated from the code and checked by its tests.")
    ),
    paths(
        verify::endpoints::one,
        verify::endpoints::batch,
        oauth::introspect,
        oauth::revoke,
        oauth::metadata,
        exchange::exchange,
        forward_auth::ask,
        tokens::endpoints::list,
        tokens::endpoints::create,
        tokens::endpoints::read,
        tokens::endpoints::edit,
        tokens::endpoints::delete,
        tokens::endpoints::rotate,
        tokens::endpoints::disable,
        tokens::endpoints::enable,
        tokens::transfer::transfer,
        exposures::report,
        exposures::scanned,
        permissions::list,
        accounts::endpoints::list,
        accounts::endpoints::create,
        accounts::endpoints::read,
        accounts::endpoints::change,
        accounts::endpoints::delete,
        accounts::endpoints::disable,
        accounts::endpoints::enable,
        accounts::grants::read,
        accounts::grants::change,
        accounts::members::put,
        accounts::members::remove,
        requests::list,
        requests::answer,
        people::list,
        events::list,
        webhooks::list,
        webhooks::create,
        webhooks::read,
        webhooks::delete,
        webhooks::deliveries,
        webhooks::redeliver,
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
    description = "The document and its `ETag` change only with the version of the server.",
    responses(
        (status = 200, description = "The OpenAPI 3.1 document", body = Object),
        (status = 304, description = "The document still has the `ETag` in `If-None-Match`")
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
        404 => &["route_not_found", "account_not_found", "request_not_found", "person_not_found"],
        409 => &["too_many_tokens", "account_in_use", "exposed"],
        503 => &["overloaded"],
        _ => &[],
    }
}

/// Adds what the derived document cannot describe: how clients authenticate, and the errors that operations share.
fn complete(document: &mut Value) {
    let scheme = json!({
        "type": "http",
        "scheme": "bearer",
        "description": "The secret of a token that has the permission named for each operation. Tokenry’s own \
            permissions count only while the token’s owner is an admin."
    });
    let client = json!({
        "type": "http",
        "scheme": "basic",
        "description": "A token’s id and secret, used as OAuth client credentials (RFC 6749, section 2.3.1)."
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
}
