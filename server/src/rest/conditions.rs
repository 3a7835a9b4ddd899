//! Headers that say on which condition something is to be done, and the id in a path.

use super::problem::Problem;
use crate::router::Console;
use app::domain::{Error, IDEMPOTENCY_KEY_CHARS_MAX, TokenId};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use std::convert::Infallible;

/// A version as an entity tag (RFC 9110, section 8.8.3).
pub fn etag(version: i64) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("\"{version}\"")).ok()
}

/// The version that a change begins from, if one is named.
pub fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(text) = once(headers, &header::IF_MATCH)? else { return Ok(None) };
    let digits = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let version = digits.and_then(|digits| digits.parse().ok().filter(|n: &i64| n.to_string() == digits));
    version.map(Some).ok_or_else(|| {
        let detail =
            "Send the ETag that the token was read with, as in \"3\". Neither * nor several are taken.";
        Problem::fault(headers, "If-Match", "malformed", detail)
    })
}

/// The same, where it is needed.
pub fn version(headers: &HeaderMap) -> Result<i64, Problem> {
    if_match(headers)?.ok_or_else(|| Problem::new(Error::VersionNeeded, headers))
}

/// The key that a caller has chosen for what it asks, if there is one.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let name = HeaderName::from_static("idempotency-key");
    let Some(key) = once(headers, &name)? else { return Ok(None) };
    let fits = (1..=IDEMPOTENCY_KEY_CHARS_MAX).contains(&key.len());
    if fits && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Some(key));
    }
    let detail = format!("A key is 1 to {IDEMPOTENCY_KEY_CHARS_MAX} visible characters of ASCII.");
    Err(Problem::fault(headers, "Idempotency-Key", "malformed", detail))
}

/// A header that must not be there twice. What is no text is as wrong as the empty one.
fn once<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(only), None) => Ok(Some(only.to_str().unwrap_or_default())),
        (Some(_), Some(_)) => Err(Problem::new(Error::Malformed, headers)),
    }
}

/// The token that an address is about. What is no id names no token; that is told to those only who may ask.
pub struct TokenAt(Result<TokenId, Error>);

impl TokenAt {
    pub fn id(&self, headers: &HeaderMap) -> Result<TokenId, Problem> {
        self.0.clone().map_err(|error| Problem::new(error, headers))
    }
}

impl FromRequestParts<Console> for TokenAt {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, console).await;
        Ok(Self(path.map_err(|_| Error::NotFound).and_then(|Path(id)| id.parse())))
    }
}
