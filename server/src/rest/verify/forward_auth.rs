//! `/forward-auth`: the question that a proxy asks before it lets a request through (nginx `auth_request`, Traefik
//! ForwardAuth, Caddy `forward_auth`, Envoy `ext_authz`). Any method is answered, and no body is read.
//!
//! The request that waits is meant for another service: of its head, only `Authorization` is judged. The operator alone
//! says which permissions are wanted (`wanted.rs`). Nothing that the client claims about its identity or its address is
//! repeated: the headers of the answer are ours, and the address comes from the proxy, if the proxy is trusted.

mod wanted;

use crate::rest::{bearer, rate_headers};
use crate::{http::render::retry_after, metrics::Endpoint, state::AppState};
use app::{
    domain::{Error, Permission, Verdict},
    service::{CachedSecret, Verification},
};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use wanted::Unclear;

const TOKEN_ID: HeaderName = HeaderName::from_static("x-auth-token-id");
const TOKEN_NAME: HeaderName = HeaderName::from_static("x-auth-token-name");
const OWNER_ID: HeaderName = HeaderName::from_static("x-auth-owner-id");
const PERMISSIONS: HeaderName = HeaderName::from_static("x-auth-permissions");
const PERMISSIONS_OMITTED: HeaderName = HeaderName::from_static("x-auth-permissions-omitted");
const VERDICT: HeaderName = HeaderName::from_static("x-auth-verdict");
const ERROR: HeaderName = HeaderName::from_static("x-auth-error");

/// Longest list of permissions in a header, in bytes. With it and the longest name of a token, the whole head of an
/// answer still fits into the 4,096 bytes that nginx has for it. With a larger head, the client would get a 500.
const LIST_BYTES_MAX: usize = 2_000;

#[utoipa::path(
    get,
    path = "/forward-auth",
    tag = "OAuth endpoints",
    operation_id = "forward_auth",
    summary = "Authorize a request at a proxy",
    description = "For nginx `auth_request`, Traefik ForwardAuth, Caddy `forward_auth` and Envoy `ext_authz`: verifies \
        the secret in the `Authorization` header of the proxied request, which is the only credential that is read. \
        Any method is accepted. With neither `permission` nor `any=1`, or with any other parameter, every request is \
        refused (401 `invalid_request`; `X-Auth-Error` says why). Envoy appends the client’s path and query to its \
        `path_prefix`: there, put the permissions into the path, as in `/forward-auth/billing:read,projects:read` or \
        `/forward-auth/any`; the query is ignored. The client’s address is read from `X-Forwarded-For` if the proxy is \
        trusted.",
    security(("bearer" = [])),
    params(
        ("permission" = Option<Vec<String>>, Query, description = "A permission that the token must have; repeat for \
            several",
            example = json!(["billing:read"])),
        ("any" = Option<String>, Query, description = "`1`, without `permission`: any valid token passes that has at \
            least one permission")
    ),
    responses(
        (status = 200, description = "The request may pass", headers(
            ("X-Auth-Token-Id" = String, description = "The token’s id"),
            ("X-Auth-Token-Name" = String, description = "The token’s name; `%` and all bytes but spaces and visible \
                ASCII are percent-encoded"),
            ("X-Auth-Owner-Id" = String, description = "The id of the token’s owner"),
            ("X-Auth-Permissions" = String, description = "The token’s permissions, separated by spaces; up to 2,000 \
                bytes"),
            ("X-Auth-Permissions-Omitted" = String, description = "`true` if that list would be longer and is \
                therefore empty; otherwise `false`")
        )),
        (status = 401, description = "There is no usable secret, or the proxy’s URL is invalid", headers(
            ("X-Auth-Error" = String, description = "What is wrong with the proxy’s URL, for its operator")
        )),
        (status = 403, description = "The secret does not allow this request", headers(
            ("X-Auth-Verdict" = String, description = "The verdict, as a denial code")
        )),
        (status = 503, description = "No verdict can be given right now")
    )
)]
pub async fn ask(State(state): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let mut response = match wanted::of(&parts.uri) {
        Ok(permissions) => match verify(&state, &parts, &permissions).await {
            Ok(verification) => answer(&verification),
            Err(error) => refuse(&error, &parts.headers),
        },
        Err(unclear) => misconfigured(unclear),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn verify(state: &AppState, parts: &Parts, permissions: &[Permission]) -> Result<Verification, Error> {
    let secret = bearer::secret(&parts.headers)?.ok_or(Error::Unauthenticated)?;
    bearer::verify(state, Endpoint::ForwardAuth, parts, secret, permissions).await
}

/// The answer to an unclear question. It lets nobody in, since the operator may have meant something else.
fn misconfigured(Unclear(why): Unclear) -> Response {
    let mut response = challenge("invalid_request");
    response.headers_mut().extend(HeaderValue::try_from(&why).ok().map(|why| (ERROR, why)));
    *response.body_mut() = Body::from(why + "\n");
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn answer(verification: &Verification) -> Response {
    let verdict = verification.verdict;
    let mut response = match (verdict, &verification.identity) {
        (Verdict::Valid, Some(known)) => (StatusCode::OK, identity(known)).into_response(),
        (dead, _) if dead.is_dead() => challenge("invalid_token"),
        _ => {
            let mut response = StatusCode::FORBIDDEN.into_response();
            response.headers_mut().insert(VERDICT, HeaderValue::from_static(verdict.as_str()));
            response
        }
    };
    rate_headers::insert(response.headers_mut(), verification);
    if verdict == Verdict::PermissionMissing {
        let missing = verification.missing.iter().map(Permission::as_str).collect::<Vec<_>>().join(" ");
        let scope = if missing.is_empty() || missing.len() > LIST_BYTES_MAX {
            String::new()
        } else {
            format!(", scope=\"{missing}\"")
        };
        let text = format!("Bearer realm=\"tokenry\", error=\"insufficient_scope\"{scope}");
        if let Ok(value) = HeaderValue::try_from(text) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
    }
    response
}

/// The headers that tell the service behind the proxy whose token it is.
fn identity(known: &CachedSecret) -> HeaderMap {
    let line = known.permissions().to_line();
    let is_omitted = line.len() > LIST_BYTES_MAX;
    // Every header is always present: some proxies pass on the name of a header that they did not find.
    let all = [
        (TOKEN_ID, known.token.to_string()),
        (TOKEN_NAME, in_ascii(&known.name)),
        (OWNER_ID, known.owner.id.to_string()),
        (PERMISSIONS, if is_omitted { String::new() } else { line }),
        (PERMISSIONS_OMITTED, is_omitted.to_string()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))).collect()
}

/// A name in a form that a header can carry. Percent signs and characters that are not visible ASCII become `%` and two
/// digits for each byte of their UTF-8 (RFC 3986, section 2.1). Spaces stay.
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

/// The answer if there is no verdict. nginx understands only 401 and 403, so a malformed request is a 401, too.
pub fn refuse(error: &Error, headers: &HeaderMap) -> Response {
    match error {
        Error::TooMany { .. } => {
            let mut response = StatusCode::FORBIDDEN.into_response();
            let verdict = HeaderValue::from_static(Verdict::RateLimited.as_str());
            response.headers_mut().insert(VERDICT, verdict);
            response.headers_mut().extend(retry_after(error).map(|after| (header::RETRY_AFTER, after)));
            response
        }
        passing if passing.is_passing() => {
            let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
            response.headers_mut().extend(retry_after(error).map(|after| (header::RETRY_AFTER, after)));
            response
        }
        Error::Malformed => challenge("invalid_request"),
        _ if bearer::is_shown(headers) => challenge("invalid_token"),
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
