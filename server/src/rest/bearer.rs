//! Authentication of callers by bearer token: `Authorization: Bearer` and no other carrier (RFC 6750). The caller's own
//! secret is judged by the same decision that callers request for other secrets.

use super::{problem::Problem, rate_headers};
use crate::{http::extract::visit, metrics::Endpoint, net::client_ip::ClientAddress, state::AppState};
use app::{
    domain::{Caller, Error, Permission, SECRET_BYTES_MAX, VERIFY_TOKENS, Verdict, Visit},
    service::{CachedSecret, Verification, VerifyRequest},
};
use axum::http::{HeaderMap, Uri, header, request::Parts};
use std::sync::{Arc, LazyLock};

/// Query parameters in which clients of other servers send tokens.
const QUERY_CARRIERS: [&str; 4] = ["access_token", "token", "secret", "client_secret"];

/// Does the request carry a credential at all? An empty header does not count: proxies send one in place of none.
pub fn is_shown(headers: &HeaderMap) -> bool {
    headers.get_all(header::AUTHORIZATION).iter().any(|value| !value.is_empty())
}

/// The secret in the `Authorization` header, as it was sent. `None` if the header is absent or empty. Two headers are
/// malformed.
pub fn secret(headers: &HeaderMap) -> Result<Option<&str>, Error> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(_), Some(_)) => return Err(Error::Malformed),
        (Some(value), None) if value.is_empty() => return Ok(None),
        (Some(value), None) => value,
    };
    // Another scheme, or a value that is not text, cannot carry one of our tokens.
    let Some((scheme, secret)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else {
        return Err(Error::Unauthenticated);
    };
    let secret = secret.trim_matches(' ');
    let fits =
        scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty() && secret.len() <= SECRET_BYTES_MAX;
    if fits { Ok(Some(secret)) } else { Err(Error::Unauthenticated) }
}

/// Does the query have a parameter that could be a secret?
pub fn carries_in_query(uri: &Uri) -> bool {
    let Some(query) = uri.query() else { return false };
    url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| QUERY_CARRIERS.contains(&name.as_ref()))
}

/// The caller, if their token is valid and has this permission. A change also has to be within the caller's budget.
pub async fn require(state: &AppState, parts: &Parts, needed: &str) -> Result<Caller, Problem> {
    let caller = caller(state, parts).await?;
    let refuse = |error| Problem::new(error, &parts.headers);
    state.service.permit(&caller, needed).await.map_err(refuse)?;
    if !parts.method.is_safe() {
        state.service.may_change(&caller).map_err(refuse)?;
    }
    Ok(caller)
}

/// The caller, if their token is valid.
pub async fn caller(state: &AppState, parts: &Parts) -> Result<Caller, Problem> {
    let verification = permit(state, parts, shown(parts)?, &[]).await?;
    let refuse = || Problem::new(Error::Unauthenticated, &parts.headers);
    // No other site can make a browser send a secret, so a header that claims this is ignored.
    let visit = Visit { is_led_here: false, ..visit(parts) };
    state.service.caller_of(&verification, visit).ok_or_else(refuse)
}

/// The caller's token. Callers that may not ask about secrets are refused.
pub async fn require_verifier(state: &AppState, parts: &Parts) -> Result<Arc<CachedSecret>, Problem> {
    verifier(state, parts, shown(parts)?).await
}

/// [`require_verifier`] for a secret that the caller has sent in another way.
pub async fn verifier(state: &AppState, parts: &Parts, secret: &str) -> Result<Arc<CachedSecret>, Problem> {
    static NEEDED: LazyLock<Vec<Permission>> = LazyLock::new(|| VERIFY_TOKENS.parse().into_iter().collect());
    let verification = permit(state, parts, secret, &NEEDED).await?;
    verification.identity.ok_or_else(|| Problem::new(Error::Unauthenticated, &parts.headers))
}

/// The caller's own secret. The request is malformed if its query may carry one.
fn shown(parts: &Parts) -> Result<&str, Problem> {
    let secret = match carries_in_query(&parts.uri) {
        true => Err(Error::Malformed),
        false => secret(&parts.headers).and_then(|secret| secret.ok_or(Error::Unauthenticated)),
    };
    secret.map_err(|error| Problem::new(error, &parts.headers))
}

async fn permit(
    state: &AppState,
    parts: &Parts,
    secret: &str,
    permissions: &[Permission],
) -> Result<Verification, Problem> {
    let refuse = |error| Problem::new(error, &parts.headers);
    let verification = verify(state, Endpoint::Caller, parts, secret, permissions).await.map_err(refuse)?;
    rate_headers::note(&parts.extensions, &verification);
    match verification.verdict {
        Verdict::Valid => Ok(verification),
        verdict => {
            // On the heap, as it is rare: the future of every request would have room for it otherwise.
            Box::pin(state.service.note_denial(&verification, visit(parts))).await.map_err(refuse)?;
            Err(refuse(refusal(verdict, &verification)))
        }
    }
}

/// The verdict on a secret that its own holder presents, from the client's address.
pub async fn verify(
    state: &AppState,
    endpoint: Endpoint,
    parts: &Parts,
    secret: &str,
    permissions: &[Permission],
) -> Result<Verification, Error> {
    let source = parts.extensions.get::<ClientAddress>().map(|from| from.0);
    let client = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let request = VerifyRequest { secret, permissions, address: source, client: client.unwrap_or_default() };
    state.verify(endpoint, &request).await
}

/// The error for a caller of Tokenry's own API. If the secret opens nothing, no reason is given.
fn refusal(verdict: Verdict, verification: &Verification) -> Error {
    match verdict {
        Verdict::PermissionMissing => Error::PermissionMissing {
            missing: verification.missing.iter().map(ToString::to_string).collect(),
        },
        Verdict::AddressNotAllowed => {
            Error::Forbidden { why: "This token may not be used from this address.".to_owned() }
        }
        Verdict::RateLimited => {
            let seconds = verification.rate.and_then(|rate| rate.retry_seconds).unwrap_or(1);
            Error::TooMany { seconds }
        }
        _ => Error::Unauthenticated,
    }
}
