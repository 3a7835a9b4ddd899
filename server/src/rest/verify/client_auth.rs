//! Authentication of callers at the OAuth endpoints: by bearer token, or by client credentials (RFC 6749, section
//! 2.3.1), which are a token's id and its secret. The secret decides, by the same verdict as everywhere. The id has to
//! be that of the secret's token.

use crate::{
    rest::{
        bearer, body,
        verify::{
            oauth_error::{Refusal, Scheme},
            oauth_form::Form,
        },
    },
    state::AppState,
};
use app::{domain::Error, service::CachedSecret};
use axum::{
    body::Body,
    http::{HeaderMap, header, request::Parts},
};
use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use std::sync::Arc;

/// Padding is optional.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const TWO_METHODS: &str = "The client authenticates in two ways at once: by the header Authorization and in the form. One is enough.";
const TWO_CLIENTS: &str = "The form names another client than the header Authorization.";

/// The credentials that a client presents for itself.
struct Credentials {
    id: String,
    secret: String,
}

/// The caller's token, and the form that the caller has sent. Callers that may not ask about secrets are refused.
pub async fn require_verifier(
    state: &AppState,
    parts: &Parts,
    body: Body,
) -> Result<(Arc<CachedSecret>, Form), Refusal> {
    if bearer::carries_in_query(&parts.uri) {
        return Err(Refusal::new(Error::Malformed, parts));
    }
    if !bearer::is_shown(&parts.headers) {
        let form = Form::read(parts, body::read_of_stranger(state, parts, body)).await?;
        let shown = match (form.one("client_id", parts)?, form.one("client_secret", parts)?) {
            (Some(id), Some(secret)) => Credentials { id: id.to_owned(), secret: secret.to_owned() },
            _ => return Err(Refusal::new(Error::Unauthenticated, parts).by(Scheme::Any)),
        };
        return Ok((verify(state, parts, &shown).await?, form));
    }
    let basic = basic(&parts.headers);
    let caller = match &basic {
        Some(Some(shown)) => verify(state, parts, shown).await?,
        Some(None) => return Err(Refusal::new(Error::Unauthenticated, parts).by(Scheme::Basic)),
        None => bearer::require_verifier(state, parts).await?,
    };
    let form = Form::read(parts, body::read(&parts.headers, body)).await?;
    if form.one("client_secret", parts)?.is_some() {
        return Err(Refusal::because(TWO_METHODS, parts));
    }
    match (form.one("client_id", parts)?, basic.flatten()) {
        (Some(named), Some(shown)) if named != shown.id => Err(Refusal::because(TWO_CLIENTS, parts)),
        _ => Ok((caller, form)),
    }
}

async fn verify(state: &AppState, parts: &Parts, shown: &Credentials) -> Result<Arc<CachedSecret>, Refusal> {
    let refused = |refusal: Refusal| refusal.by(Scheme::Basic);
    let known =
        bearer::verifier(state, parts, &shown.secret).await.map_err(|problem| refused(problem.into()))?;
    // Any notation of the id will do.
    if shown.id.parse().is_ok_and(|id: uuid::Uuid| id == known.token.as_uuid()) {
        Ok(known)
    } else {
        Err(refused(Refusal::new(Error::Unauthenticated, parts)))
    }
}

/// The credentials in the header by the scheme Basic. `None` if it has another scheme, `Some(None)` if it is malformed.
fn basic(headers: &HeaderMap) -> Option<Option<Credentials>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    // Two headers are left to the bearer check, which refuses them whatever their schemes.
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, coded) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| credentials(coded.trim_matches(' ')))
}

fn credentials(coded: &str) -> Option<Credentials> {
    let text = String::from_utf8(BASE64.decode(coded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Credentials { id: decoded(id), secret: decoded(secret) })
}

/// Decodes an id or a secret. Both are encoded as form values before they are joined.
fn decoded(text: &str) -> String {
    let text = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(text.as_bytes()).map(|(name, _)| name).collect()
}
