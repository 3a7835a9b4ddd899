//! Errors in OAuth's format (RFC 6749, section 5.2).

use crate::{
    http::render::{retry_after, status_of},
    rest::problem::{Problem, json},
};
use app::domain::Error;
use axum::{
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The scheme by which a client has authenticated, or could.
#[derive(Clone, Copy)]
pub enum Scheme {
    Bearer,
    /// Client credentials in the header or in the form: both are answered with the same challenge.
    Basic,
    Any,
}

/// An error that is answered in OAuth's format.
pub struct Refusal {
    problem: Box<Problem>,
    /// The sentence that replaces the error's own.
    why: Option<&'static str>,
    scheme: Scheme,
}

impl Refusal {
    pub fn new(error: Error, parts: &Parts) -> Self {
        Problem::new(error, &parts.headers).into()
    }

    /// A malformed request, with a sentence that says why.
    pub fn because(why: &'static str, parts: &Parts) -> Self {
        Self { why: Some(why), ..Self::new(Error::Malformed, parts) }
    }

    pub fn by(self, scheme: Scheme) -> Self {
        Self { scheme, ..self }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem: Box::new(problem), why: None, scheme: Scheme::Bearer }
    }
}

#[derive(Serialize, ToSchema)]
pub struct OauthError {
    error: &'static str,
    error_description: String,
}

/// The error code that fits this status, with a sentence as its description.
pub fn bare(status: StatusCode, error_description: String) -> Response {
    let error = match status.as_u16() {
        401 => "invalid_client",
        403 => "insufficient_scope",
        429 | 503 => "temporarily_unavailable",
        500 => "server_error",
        _ => "invalid_request",
    };
    json(status, &OauthError { error, error_description })
}

/// A refusal with a code of its own (RFC 6749, section 5.2), always with 400.
pub fn coded(error: &'static str, why: &str) -> Response {
    json(StatusCode::BAD_REQUEST, &OauthError { error, error_description: why.to_owned() })
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { problem, why, scheme } = self;
        let error = problem.error();
        let mut response = bare(status_of(error), why.map_or_else(|| error.to_string(), str::to_owned));
        let headers = response.headers_mut();
        let is_unknown = matches!(error, Error::Unauthenticated);
        if let Some(challenge) = problem.challenge().and_then(|text| HeaderValue::try_from(text).ok())
            && !(is_unknown && matches!(scheme, Scheme::Basic))
        {
            headers.append(header::WWW_AUTHENTICATE, challenge);
        }
        if is_unknown && matches!(scheme, Scheme::Basic | Scheme::Any) {
            headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"tokenry\""));
        }
        headers.extend(retry_after(error).map(|after| (header::RETRY_AFTER, after)));
        response
    }
}
