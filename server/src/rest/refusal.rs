//! Refusals outside the handlers, in the format that the path calls for: problem details under `/v1`, OAuth's own error
//! bodies under `/oauth`, and a line of text for proxies, which read only the status.

use crate::http::middleware::head::tell_codings;
use crate::rest::{
    problem::{self, Problem},
    verify::{forward_auth, oauth_error},
};
use app::domain::Error;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    Problem,
    Oauth,
    Proxy,
}

impl Tongue {
    pub fn of(path: &str) -> Self {
        let is_under =
            |root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if is_under("/forward-auth") {
            Self::Proxy
        } else if is_under("/oauth") {
            Self::Oauth
        } else {
            Self::Problem
        }
    }
}

/// A refusal that does not come from a handler. `why` is one line.
pub fn refused(tongue: Tongue, status: StatusCode, why: &str, id: &HeaderValue) -> Response {
    let why = why.trim_end();
    let mut response = match tongue {
        Tongue::Problem => problem::bare(status, why, id.to_str().unwrap_or_default()),
        Tongue::Oauth => oauth_error::bare(status, why.to_owned()),
        // Of the answers that proxies understand, this is the nearest.
        Tongue::Proxy if status == StatusCode::TOO_MANY_REQUESTS => {
            forward_auth::refuse(&Error::TooMany { seconds: 1 }, &HeaderMap::new())
        }
        Tongue::Proxy => (status, format!("{why}\n")).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    tell_codings(status, headers);
    match status {
        StatusCode::SERVICE_UNAVAILABLE => headers.insert(header::RETRY_AFTER, HeaderValue::from(5)),
        StatusCode::TOO_MANY_REQUESTS => headers.insert(header::RETRY_AFTER, HeaderValue::from(1)),
        _ => None,
    };
    response
}

pub async fn nothing_here(uri: Uri, headers: HeaderMap) -> Response {
    of(Error::NoSuchRoute, &uri, &headers)
}

pub async fn wrong_method(uri: Uri, headers: HeaderMap) -> Response {
    of(Error::WrongMethod, &uri, &headers)
}

fn of(error: Error, uri: &Uri, headers: &HeaderMap) -> Response {
    let problem = Problem::new(error, headers);
    match Tongue::of(uri.path()) {
        Tongue::Oauth => oauth_error::Refusal::from(problem).into_response(),
        Tongue::Problem | Tongue::Proxy => problem.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_in_the_server_is_told_like_everything_else() {
        for (path, kind) in [
            ("/v1/tokens", "application/problem+json"),
            ("/.well-known/oauth-authorization-server", "application/problem+json"),
            ("/oauth/introspect", "application/json"),
            ("/forward-auth", "text/plain; charset=utf-8"),
            ("/forward-auth/any/orders", "text/plain; charset=utf-8"),
        ] {
            for status in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE] {
                let tongue = Tongue::of(path);
                let response = refused(tongue, status, "A sentence.\n", &HeaderValue::from_static("id"));
                assert_eq!(response.headers()[header::CONTENT_TYPE], kind, "{path}");
                let comes_back = response.headers().contains_key(header::RETRY_AFTER);
                assert_eq!(comes_back, status == StatusCode::SERVICE_UNAVAILABLE, "{path}");
            }
        }
    }
}
