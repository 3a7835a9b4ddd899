//! `/forward-auth`: what a proxy asks before it lets a request through (nginx `auth_request`, Traefik ForwardAuth,
//! Caddy `forward_auth`, Envoy `ext_authz`). Any method, and no body is read.
//!
//! Nothing that the client says about its identity or its address is repeated: the headers of the answer are ours,
//! and the address is the proxy's word, if the proxy is trusted.

use super::{bearer, rate_headers};
use crate::{metrics::Door, render::retry_after, router::Console};
use app::{
    domain::{Error, PERMISSIONS_MAX, Permission, Verdict},
    service::{Judgement, Known},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

pub const PATH: &str = "/forward-auth";

const TOKEN_ID: HeaderName = HeaderName::from_static("x-auth-token-id");
const TOKEN_NAME: HeaderName = HeaderName::from_static("x-auth-token-name");
const OWNER_ID: HeaderName = HeaderName::from_static("x-auth-owner-id");
const PERMISSIONS: HeaderName = HeaderName::from_static("x-auth-permissions");
const VERDICT: HeaderName = HeaderName::from_static("x-auth-verdict");

#[utoipa::path(
    get,
    path = "/forward-auth",
    tag = "Standard doors",
    operation_id = "forward_auth",
    summary = "Let a request through a proxy",
    description = "For nginx `auth_request`, Traefik ForwardAuth, Caddy `forward_auth` and Envoy `ext_authz`: the secret of \
        the request that waits is judged. Any method is answered, and what Envoy writes behind the path is passed over. The \
        client’s address is read from `X-Forwarded-For` if the proxy is trusted.",
    security(("bearer" = [])),
    params(("permission" = Option<Vec<String>>, Query, description = "All that is wanted; several times for several",
        example = json!(["billing:read"]))),
    responses(
        (status = 200, description = "It may pass", headers(
            ("X-Auth-Token-Id" = String, description = "The token’s id"),
            ("X-Auth-Token-Name" = String, description = "Its name; `%` and two digits for each byte that is no visible ASCII"),
            ("X-Auth-Owner-Id" = String, description = "The id of the person who answers for it"),
            ("X-Auth-Permissions" = String, description = "All that it may do, separated by spaces")
        )),
        (status = 401, description = "There is no usable secret"),
        (status = 403, description = "The secret may not do that here and now", headers(
            ("X-Auth-Verdict" = String, description = "Why not")
        )),
        (status = 503, description = "There is no verdict right now")
    )
)]
pub async fn ask(State(console): State<Console>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let judged = match wanted(&parts.uri) {
        Ok(permissions) => bearer::judge(&console, Door::ForwardAuth, &parts, &permissions).await,
        Err(error) => Err(error),
    };
    let mut response = match judged {
        Ok(judgement) => answer(&judgement),
        Err(error) => refuse(&error, &parts.headers),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The permissions that the proxy's operator has written into the address.
fn wanted(uri: &Uri) -> Result<Vec<Permission>, Error> {
    let query = uri.query().unwrap_or_default();
    let wanted = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "permission");
    let wanted: Vec<Permission> =
        wanted.map(|(_, text)| text.parse().map_err(|_| Error::Malformed)).collect::<Result<_, _>>()?;
    if wanted.len() > PERMISSIONS_MAX { Err(Error::Malformed) } else { Ok(wanted) }
}

fn answer(judgement: &Judgement) -> Response {
    let verdict = judgement.verdict;
    let mut response = match (verdict, &judgement.identity) {
        (Verdict::Valid, Some(known)) => (StatusCode::OK, identity(known)).into_response(),
        (dead, _) if dead.is_dead() => challenge("invalid_token"),
        _ => {
            let mut response = StatusCode::FORBIDDEN.into_response();
            response.headers_mut().insert(VERDICT, HeaderValue::from_static(verdict.as_str()));
            response
        }
    };
    rate_headers::insert(response.headers_mut(), judgement);
    if verdict == Verdict::PermissionMissing {
        let missing = judgement.missing.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ");
        let text = format!("Bearer realm=\"tokenry\", error=\"insufficient_scope\", scope=\"{missing}\"");
        if let Ok(value) = HeaderValue::try_from(text) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
    }
    response
}

/// Whose token it is, for the service behind the proxy.
fn identity(known: &Known) -> HeaderMap {
    let all = [
        (TOKEN_ID, known.token.to_string()),
        (TOKEN_NAME, in_ascii(&known.name)),
        (OWNER_ID, known.owner.id.to_string()),
        (PERMISSIONS, known.permissions().to_line()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))).collect()
}

/// A name as a header can carry it: what is not visible ASCII, and the percent sign, as `%` and two digits for each
/// byte of its UTF-8 (RFC 3986, section 2.1). Spaces stay.
fn in_ascii(name: &str) -> String {
    name.bytes().fold(String::new(), |mut text, byte| {
        if byte != b'%' && (byte.is_ascii_graphic() || byte == b' ') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
        text
    })
}

/// There is no verdict. nginx understands 401 and 403 alone, so what cannot be understood is a 401, too.
pub fn refuse(error: &Error, headers: &HeaderMap) -> Response {
    match error {
        Error::TooMany { .. } => {
            let mut response = StatusCode::FORBIDDEN.into_response();
            let verdict = HeaderValue::from_static(Verdict::RateLimited.as_str());
            response.headers_mut().insert(VERDICT, verdict);
            response.headers_mut().extend(retry_after(error).map(|after| (header::RETRY_AFTER, after)));
            response
        }
        Error::Unavailable => {
            let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
            response.headers_mut().extend(retry_after(error).map(|after| (header::RETRY_AFTER, after)));
            response
        }
        Error::Malformed => challenge("invalid_request"),
        _ if headers.contains_key(header::AUTHORIZATION) => challenge("invalid_token"),
        _ => unauthorized("Bearer realm=\"tokenry\""),
    }
}

fn challenge(code: &'static str) -> Response {
    unauthorized(&format!("Bearer realm=\"tokenry\", error=\"{code}\""))
}

fn unauthorized(challenge: &str) -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    if let Ok(value) = HeaderValue::from_str(challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
