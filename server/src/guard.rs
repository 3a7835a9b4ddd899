//! What is checked before any route is reached: the name the server was called by, and the size of what was
//! sent. Until there are accounts, this and the loopback address are all that keeps others out.

use crate::{render::error_page, router::Console};
use app::domain::{BODY_BYTES_MAX, Error};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

const WRONG_HOST: &str = "This server answers to localhost, 127.0.0.1 and [::1] only.\n";
pub const CROSS_SITE: &str = "This request came from another site and was refused. Nothing was changed.\n";

/// Answers only to the names of this machine for itself. A web page that points a name of its own at
/// 127.0.0.1 (DNS rebinding) gets no further than this.
pub async fn check_host(request: Request, next: Next) -> Response {
    if called_by(&request).is_some_and(|host| is_this_machine(&host)) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, WRONG_HOST).into_response()
    }
}

/// The authority of the request, when it is said once and makes sense.
fn called_by(request: &Request) -> Option<String> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let named = |uri: &Uri| uri.authority().map(Authority::to_string);
    match (named(request.uri()), hosts.next(), hosts.next()) {
        (_, _, Some(_)) | (None, None, None) => None,
        (Some(absolute), None, None) => Some(absolute),
        (None, Some(host), None) => host.to_str().ok().map(str::to_owned),
        (Some(absolute), Some(host), None) => (host.as_bytes() == absolute.as_bytes()).then_some(absolute),
    }
    .and_then(|text| text.parse::<Authority>().ok())
    .filter(|authority| !authority.as_str().contains('@'))
    .map(|authority| authority.host().to_owned())
}

fn is_this_machine(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || literal.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Reads the whole body, up to the limit, before the route does: one rule and one answer for every route,
/// whether the length was declared or not.
pub async fn limit_body(State(console): State<Console>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => error_page(&console, &parts.uri, Error::TooLarge).await,
    }
}

/// Is the body said to be of this kind? Parameters, such as a charset, do not matter.
pub fn is_content_type(headers: &HeaderMap, kind: &str) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().is_some_and(|said| said.trim().eq_ignore_ascii_case(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_this_machine_are_its_own() {
        for own in ["localhost", "LOCALHOST", "127.0.0.1", "[::1]", "127.9.9.9"] {
            assert!(is_this_machine(own), "{own}");
        }
        for foreign in ["example.com", "localhost.example.com", "10.0.0.1", "[2001:db8::1]", "", "0.0.0.0"] {
            assert!(!is_this_machine(foreign), "{foreign}");
        }
    }
}
