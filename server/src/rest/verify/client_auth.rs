//! Who asks at an OAuth endpoint: whoever shows a secret as a bearer, or as a client does (RFC 6749, section 2.3.1), which
//! is a token by its id and its secret. The secret decides, by the same verdict as everywhere; the id has to be that of its
//! token.

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

/// With its padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const TWO_METHODS: &str = "The client authenticates in two ways at once: by the header Authorization and in the form. One is enough.";
const TWO_CLIENTS: &str = "The form names another client than the header Authorization.";

/// What a client presents for itself.
struct Credentials {
    id: String,
    secret: String,
}

/// Lets only those go on who may ask about secrets; says whose token they show, and what they have sent.
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
    // However the id is written.
    if shown.id.parse().is_ok_and(|id: uuid::Uuid| id == known.token.as_uuid()) {
        Ok(known)
    } else {
        Err(refused(Refusal::new(Error::Unauthenticated, parts)))
    }
}

/// What the header says by the scheme Basic: nothing when that is not its scheme, and nothing inside when it makes no sense.
fn basic(headers: &HeaderMap) -> Option<Option<Credentials>> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    // Two of them are refused with every scheme.
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, coded) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then(|| credentials(coded.trim_matches(' ')))
}

fn credentials(coded: &str) -> Option<Credentials> {
    let text = String::from_utf8(BASE64.decode(coded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some(Credentials { id: decoded(id), secret: decoded(secret) })
}

/// Both are written as values of a form before they are joined.
fn decoded(text: &str) -> String {
    let text = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(text.as_bytes()).map(|(name, _)| name).collect()
}
