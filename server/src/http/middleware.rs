//! What is checked before any route is reached: the name the server was called by, and the shape and the size of
//! what was sent. Who is asking, and what for, is not looked at here.

use crate::{
    console::server_fns,
    http::extract::Page,
    net::limits::{HEADERS_MAX, URL_BYTES_MAX},
    net::network::{Entrance, is_by_address},
    net::sources::Ticket,
    state::AppState,
};
use app::domain::{BODY_BYTES_MAX, Error};
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Request, State},
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, Uri, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc};

/// Longest name that is repeated to whoever called us by it, in characters.
const CALLED_CHARS: usize = 100;
const LONG_URL: &str = "This address is too long: 8,192 bytes are the most.\n";
const MANY_HEADERS: &str = "There are too many headers: 100 are the most.\n";
const CODED_BODY: &str = "Compressed requests are not read: send it again without Content-Encoding.\n";
pub const CROSS_SITE: &str = "This request came from another site and was refused. Nothing was changed.\n";

/// Answers only to its own names.
pub async fn check_host(State(entrance): State<Arc<Entrance>>, request: Request, next: Next) -> Response {
    if called_by(&request).is_some_and(|authority| entrance.answers_to(&authority)) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, wrong_host(&request, &entrance)).into_response()
    }
}

/// Answers only to the address that is listened on: what is shown there is nobody's whose name is pointed at it.
pub async fn check_address(State(listening): State<SocketAddr>, request: Request, next: Next) -> Response {
    if called_by(&request).is_some_and(|authority| is_by_address(&authority, listening)) {
        next.run(request).await
    } else {
        let entrance = Entrance { listening, ..Entrance::default() };
        (StatusCode::MISDIRECTED_REQUEST, wrong_host(&request, &entrance)).into_response()
    }
}

/// Both names, so that an operator sees which one a proxy has changed.
fn wrong_host(request: &Request, entrance: &Entrance) -> String {
    let hosts: Vec<&[u8]> =
        request.headers().get_all(header::HOST).iter().map(|host| host.as_bytes()).collect();
    let named = request.uri().authority().map(|authority| authority.as_str().as_bytes());
    let called = named.into_iter().chain(hosts).collect::<Vec<_>>().join(&b", "[..]);
    let called: String = called.escape_ascii().to_string().chars().take(CALLED_CHARS).collect();
    format!(
        "This server answers to “{}”, and was called “{called}”. Open it by its own name. A proxy in front of it has to \
         keep the Host, with its port.\n",
        entrance.origin()
    )
}

/// The authority of the request, when it is said once and makes sense.
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

/// Turns away what no browser and no client of ours sends: an endless URL, a crowd of headers (hyper counts them
/// for HTTP/1 only), and a compressed body, whose size nobody knows.
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

/// Whoever sends a compressed body is told what is read (RFC 9110, section 15.5.16).
pub fn tell_codings(status: StatusCode, headers: &mut HeaderMap) {
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
}

/// What is wrong with a head, in a sentence.
pub fn wrong_head(request: &Request) -> Option<(StatusCode, &'static str)> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let coded = request.headers().get_all(header::CONTENT_ENCODING).iter();
    if target > URL_BYTES_MAX {
        Some((StatusCode::URI_TOO_LONG, LONG_URL))
    // One more is our own: the request's id.
    } else if request.headers().len() > HEADERS_MAX + 1 {
        Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, MANY_HEADERS))
    } else if coded.into_iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, CODED_BODY))
    } else {
        None
    }
}

/// The request's id is ours to give: the audit log relies on it.
pub async fn forget_request_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove("x-request-id");
    next.run(request).await
}

/// Reads the whole body, up to the limit, before the route does: one rule and one answer for every route,
/// whether the length was declared or not.
pub async fn limit_body(State(_): State<AppState>, page: Page, request: Request, next: Next) -> Response {
    read_body(page, request, next, None).await
}

/// The same before anybody knows who asks. What strangers make the server hold is bounded, by source and in all.
pub async fn limit_body_of_strangers(
    State(state): State<AppState>,
    page: Page,
    request: Request,
    next: Next,
) -> Response {
    match state.admit_body(request.extensions()) {
        Some(ticket) => read_body(page, request, next, Some(ticket)).await,
        None => page.fail(&TOO_MANY_BODIES).await,
    }
}

/// The body of a form that somebody sends who has no session any more.
pub async fn strangers_body(state: &AppState, extensions: &Extensions, body: Body) -> Result<Bytes, Error> {
    let _ticket = state.admit_body(extensions).ok_or(TOO_MANY_BODIES)?;
    whole(body).await.ok_or(Error::TooLarge)
}

const TOO_MANY_BODIES: Error = Error::TooMany { seconds: 1 };

/// One that is said to be too large is not waited for.
async fn whole(body: Body) -> Option<Bytes> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > BODY_BYTES_MAX { None } else { to_bytes(body, BODY_BYTES_MAX).await.ok() }
}

/// A ticket is held while the body is read, and no longer.
async fn read_body(page: Page, request: Request, next: Next, ticket: Option<Ticket>) -> Response {
    let (parts, body) = request.into_parts();
    let read = whole(body).await;
    drop(ticket);
    match read {
        Some(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        None if parts.uri.path().starts_with("/_fn/") => server_fns::refuse(&Error::TooLarge),
        None => page.fail(&Error::TooLarge).await,
    }
}

/// A cookie is believed only if the browser says where the request comes from; that it comes from here has been
/// checked before.
pub fn names_its_origin(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN)
}

/// Is the body said to be of this kind? Parameters, such as a charset, do not matter.
pub fn is_content_type(headers: &HeaderMap, kind: &str) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().is_some_and(|said| said.trim().eq_ignore_ascii_case(kind))
}
