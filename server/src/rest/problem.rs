//! Errors for scripts: problem details (`application/problem+json`, RFC 9457) with a stable code, and the challenge of
//! RFC 6750 if a token is missing or not sufficient.

use crate::http::render::{retry_after, status_of};
use app::domain::{Error, Field};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::io::{self, Write};
use utoipa::ToSchema;

const PROBLEM_JSON: &str = "application/problem+json";

/// One invalid value in a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Fault {
    /// A JSON pointer (RFC 6901) into the body, or the name of a query parameter or header.
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

/// The body of every error response under `/v1` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!(crate::rest::openapi::examples::problem()))]
pub struct ProblemBody<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    /// A stable code for programs, one for each kind of error. The description of each response lists them.
    code: &'static str,
    /// A sentence for people.
    detail: &'a str,
    /// All invalid values in the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<Fault>,
    /// Permissions that the calling token lacks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    missing: Vec<String>,
    /// After a conflict: the stored version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    /// The id of the request, also in the header `X-Request-Id`, the server's log and the audit log.
    request_id: &'a str,
}

/// An error that is answered with problem details.
#[derive(Debug)]
pub struct Problem {
    error: Error,
    /// Faults in input that could not be read at all.
    faults: Vec<Fault>,
    request_id: String,
    /// Did the request carry a credential? If not, the challenge has no error code (RFC 6750, section 3.1).
    had_credential: bool,
}

impl Problem {
    pub fn new(error: Error, headers: &HeaderMap) -> Self {
        let id = headers.get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
        let had_credential = headers.contains_key(header::AUTHORIZATION);
        Self { error, faults: Vec::new(), request_id: id.to_owned(), had_credential }
    }

    pub const fn error(&self) -> &Error {
        &self.error
    }

    /// A single fault in the body, the query or a header (422). `pointer` and `code` are those of [`Fault`].
    pub fn fault(headers: &HeaderMap, pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        let fault = Fault { pointer: pointer.to_owned(), code: code.to_owned(), detail: detail.into() };
        Self { faults: vec![fault], ..Self::new(Error::Invalid { errors: Vec::new() }, headers) }
    }

    fn faults(&self) -> Vec<Fault> {
        let own = match &self.error {
            Error::Invalid { errors } => errors.as_slice(),
            _ => &[],
        };
        let own = own.iter().map(|wrong| Fault {
            pointer: place(wrong.field),
            code: wrong.code.clone(),
            detail: wrong.detail.clone(),
        });
        self.faults.iter().cloned().chain(own).collect()
    }

    /// The value of `WWW-Authenticate` (RFC 6750, section 3), if the error calls for one.
    pub fn challenge(&self) -> Option<String> {
        match &self.error {
            Error::Unauthenticated if self.had_credential => {
                Some("Bearer realm=\"tokenry\", error=\"invalid_token\"".to_owned())
            }
            Error::Unauthenticated => Some("Bearer realm=\"tokenry\"".to_owned()),
            Error::PermissionMissing { missing } => Some(format!(
                "Bearer realm=\"tokenry\", error=\"insufficient_scope\", scope=\"{}\"",
                missing.join(" ")
            )),
            Error::Forbidden { .. } => {
                Some("Bearer realm=\"tokenry\", error=\"insufficient_scope\"".to_owned())
            }
            Error::Malformed if self.had_credential => {
                Some("Bearer realm=\"tokenry\", error=\"invalid_request\"".to_owned())
            }
            _ => None,
        }
    }
}

/// The pointer to a field of a request, or the name of its header.
fn place(field: Field) -> String {
    match field {
        Field::IdempotencyKey => "Idempotency-Key".to_owned(),
        field => format!("/{}", field.name()),
    }
}

const fn title(error: &Error) -> &'static str {
    match error {
        Error::Full { .. } => "Their owner has as many tokens as one person can have",
        _ => named_by_status(error.status()).1,
    }
}

/// The code and the title of a refusal that no use case has made. Errors of use cases take their title from here, too.
pub const fn named_by_status(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => ("bad_request", "The request could not be understood"),
        401 => ("unauthenticated", "A valid token is needed"),
        403 => ("forbidden", "This token may not do that"),
        404 => ("not_found", "There is nothing here"),
        405 => ("method_not_allowed", "This address does not do that"),
        409 => ("conflict", "Something else was there first"),
        413 => ("too_large", "The request is too large"),
        414 => ("address_too_long", "The address is too long"),
        415 => ("unsupported_media_type", "This kind of content is not read"),
        421 => ("misdirected", "This is not the way in"),
        422 => ("invalid", "Some fields need another look"),
        428 => ("precondition_required", "Say which version is meant"),
        429 => ("rate_limited", "Too many requests"),
        431 => ("head_too_large", "There are too many headers"),
        500 => ("internal", "Something went wrong in the server"),
        _ => ("unavailable", "No answer can be given right now"),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, code) = (status_of(&self.error), self.error.code());
        let missing = match &self.error {
            Error::PermissionMissing { missing } => missing.clone(),
            _ => Vec::new(),
        };
        let version = match &self.error {
            Error::Conflict { current, .. } => Some(current.version),
            _ => None,
        };
        let detail = self.error.to_string();
        let body = ProblemBody {
            kind: format!("/problems/{code}"),
            title: title(&self.error),
            status: status.as_u16(),
            code,
            detail: &detail,
            errors: self.faults(),
            missing,
            version,
            request_id: &self.request_id,
        };
        let mut response = written(status, PROBLEM_JSON, &body);
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge().and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(after) = retry_after(&self.error) {
            headers.insert(header::RETRY_AFTER, after);
        }
        response
    }
}

/// Problem details for a fault of the request as such, outside the use cases. `detail` is a sentence.
pub fn bare(status: StatusCode, detail: &str, request_id: &str) -> Response {
    let (code, title) = named_by_status(status.as_u16());
    let body = ProblemBody {
        kind: format!("/problems/{code}"),
        title,
        status: status.as_u16(),
        code,
        detail,
        errors: Vec::new(),
        missing: Vec::new(),
        version: None,
        request_id,
    };
    written(status, PROBLEM_JSON, &body)
}

/// A JSON response that must not be stored.
pub fn written(status: StatusCode, kind: &'static str, body: &impl Serialize) -> Response {
    // Most answers fit, so their buffer never has to move while it grows.
    let mut json = Text(Vec::with_capacity(512));
    if let Err(cause) = serde_json::to_writer(&mut json, body) {
        tracing::error!(%cause, "an answer could not be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let mut response = Response::new(Body::from(json.0));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The text of an answer. Most pieces that serde writes are a single byte, which needs no call to copy it.
struct Text(Vec<u8>);

impl Write for Text {
    #[inline]
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match piece {
            [byte] => self.0.push(*byte),
            piece => self.0.extend_from_slice(piece),
        }
        Ok(piece.len())
    }

    #[inline]
    fn write_all(&mut self, piece: &[u8]) -> io::Result<()> {
        self.write(piece).map(drop)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An empty response that must not be stored.
pub fn no_content() -> Response {
    (StatusCode::NO_CONTENT, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]).into_response()
}

/// A response in `application/json` that must not be stored.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    written(status, "application/json", body)
}
