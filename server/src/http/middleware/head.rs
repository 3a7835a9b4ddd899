//! Checks before any route is reached: the name the server was called by, and the shape and the size of the head. The
//! caller and the purpose of the request are not looked at here.

use crate::net::{
    limits::{HEADERS_MAX, URL_BYTES_MAX},
    network::{Network, is_by_address},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc};

/// The content type of a form, as browsers send it.
pub const FORM: &str = "application/x-www-form-urlencoded";
/// Longest wrong name that is echoed to the client, in characters.
const CALLED_CHARS: usize = 100;
const LONG_URL: &str = "This address is too long: 8,192 bytes are the most.\n";
const NO_PATH: &str = "This is not a proxy.\n";
const MANY_HEADERS: &str = "There are too many headers: 100 are the most.\n";
const CODED_BODY: &str = "Compressed requests are not read: send it again without Content-Encoding.\n";
pub const CROSS_SITE: &str = "This request came from another site and was refused. Nothing was changed.\n";

/// Middleware that answers only to the server's own names.
pub async fn check_host(State(network): State<Arc<Network>>, request: Request, next: Next) -> Response {
    if called_by(&request).is_some_and(|authority| network.answers_to(&authority)) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, wrong_host(&request, &network)).into_response()
    }
}

/// Middleware that answers only to the listen address: a foreign name that is pointed at it must not get what is
/// shown there.
pub async fn check_address(State(listening): State<SocketAddr>, request: Request, next: Next) -> Response {
    if called_by(&request).is_some_and(|authority| is_by_address(&authority, listening)) {
        next.run(request).await
    } else {
        let network = Network { listening, ..Network::default() };
        (StatusCode::MISDIRECTED_REQUEST, wrong_host(&request, &network)).into_response()
    }
}

/// Names both hosts, so that an operator sees which one a proxy has changed.
fn wrong_host(request: &Request, network: &Network) -> String {
    let hosts: Vec<&[u8]> =
        request.headers().get_all(header::HOST).iter().map(|host| host.as_bytes()).collect();
    let named = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let called = named.into_iter().chain(hosts).collect::<Vec<_>>().join(&b", "[..]);
    let called: String = called.escape_ascii().to_string().chars().take(CALLED_CHARS).collect();
    format!(
        "This server answers to “{}”, and was called “{called}”. Open it by its own name. A proxy in front of it has to \
         keep the Host, with its port.\n",
        network.origin()
    )
}

/// The authority of the request, if it is given once and valid.
fn called_by(request: &Request) -> Option<Authority> {
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
}

/// Middleware that refuses what no browser and no client of ours sends: an overlong URL, too many headers (hyper
/// counts them for HTTP/1 only), and a compressed body, whose size nobody knows.
pub async fn check_head(request: Request, next: Next) -> Response {
    match wrong_head(&request) {
        Some((status, why)) => refused(status, why),
        None => next.run(request).await,
    }
}

fn refused(status: StatusCode, why: &'static str) -> Response {
    let mut response = (status, why).into_response();
    tell_codings(status, response.headers_mut());
    response
}

/// Tells a client that sends a compressed body which coding is read (RFC 9110, section 15.5.16).
pub fn tell_codings(status: StatusCode, headers: &mut HeaderMap) {
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
}

/// The status and the sentence for a bad head; `None` for a good one.
pub fn wrong_head(request: &Request) -> Option<(StatusCode, &'static str)> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let coded = request.headers().get_all(header::CONTENT_ENCODING).iter();
    // The form in which a proxy is asked for a connection to another host.
    if request.uri().path_and_query().is_none() {
        Some((StatusCode::BAD_REQUEST, NO_PATH))
    } else if target > URL_BYTES_MAX {
        Some((StatusCode::URI_TOO_LONG, LONG_URL))
    // One of them is our own: the request's id.
    } else if request.headers().len() > HEADERS_MAX + 1 {
        Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, MANY_HEADERS))
    } else if coded.into_iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, CODED_BODY))
    } else {
        None
    }
}

/// Middleware that removes the client's request id: only the server assigns ids, since the audit log relies on them.
pub async fn forget_request_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove("x-request-id");
    next.run(request).await
}

/// Does the browser say where the request comes from? Only then is its cookie trusted. That the request comes from
/// this site has been checked before.
pub fn names_its_origin(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN)
}

/// Is the body declared to be of this content type? Parameters, such as a charset, do not matter.
pub fn is_content_type(headers: &HeaderMap, kind: &str) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().is_some_and(|said| said.trim().eq_ignore_ascii_case(kind))
}
