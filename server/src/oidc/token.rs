//! Whether a signed token (JWT, RFC 7519) of an issuer is valid at a moment, for a certain audience.

use app::domain::Timestamp;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenVerifier, IssuerUrl, Nonce,
    SignatureVerificationError,
    core::{
        CoreGenderClaim, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Alg,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::str::FromStr;

/// What a token says, by the names of its claims.
pub type Claims = Map<String, Value>;

/// The claims beyond those of the specification.
#[derive(Debug, Serialize, Deserialize)]
pub struct Others(Claims);

impl AdditionalClaims for Others {}

pub type Token = IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Alg>;

/// Signatures with keys that only the issuer has. With a shared secret, its holder could sign, too; `none` is nobody.
const ALGORITHMS: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// How far the clock of an issuer may be ahead of ours, in seconds.
const AHEAD_MAX: i64 = 60;
/// Longest token that is read, in bytes.
const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// The reason a token was refused. [`TokenError::reason`] is for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    Malformed,
    /// Nobody published a key of this name.
    UnknownKey,
    Signature,
    Issuer,
    Audience,
    Nonce,
    Expired,
    /// It is from the future.
    Early,
}

impl TokenError {
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Nonce => "nonce",
            Self::Expired => "expired",
            Self::Early => "early",
        }
    }
}

/// The party that a token was made for.
pub enum Audience<'a> {
    /// A client that asked for it with this nonce: nobody else may be named.
    Client { id: &'a str, nonce: &'a str },
    /// A service, perhaps among others. Whoever asks looks at the audience itself: see [`is_for`].
    Service,
}

/// The claims of a token, if it is valid.
pub fn verify(
    text: &str,
    issuer: &str,
    keys: &CoreJsonWebKeySet,
    audience: &Audience<'_>,
    now: Timestamp,
) -> Result<Claims, TokenError> {
    let token = Some(text).filter(|text| text.len() <= TOKEN_BYTES_MAX);
    let token = token.and_then(|text| Token::from_str(text).ok()).ok_or(TokenError::Malformed)?;
    let (id, nonce) = match *audience {
        Audience::Client { id, nonce } => (id, Some(Nonce::new(nonce.to_owned()))),
        Audience::Service => ("", None),
    };
    let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| TokenError::Issuer)?;
    let now = DateTime::<Utc>::from_timestamp_millis(now.as_millis()).unwrap_or_default();
    let is_service = nonce.is_none();
    // As for a public client: the secret that we share with a provider signs nothing.
    let verifier = IdTokenVerifier::new_public_client(ClientId::new(id.to_owned()), issuer, keys.clone())
        .set_allowed_algs(ALGORITHMS)
        .require_audience_match(!is_service)
        .set_other_audience_verifier_fn(move |_| is_service)
        .set_time_fn(move || now);
    let check_nonce = |found: Option<&Nonce>| match &nonce {
        Some(nonce) if found.is_none_or(|found| found.secret() != nonce.secret()) => Err(String::new()),
        _ => Ok(()),
    };
    let claims = token.claims(&verifier, check_nonce).map_err(|cause| error(&cause))?;
    let claims = match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => claims,
        _ => return Err(TokenError::Malformed),
    };
    let is_early = |claim: &str| {
        let at = claims.get(claim).and_then(Value::as_f64);
        // Seconds fit into a float exactly for the next hundred million years.
        at.is_some_and(|at| at > (now.timestamp() + AHEAD_MAX) as f64)
    };
    if is_early("iat") || is_early("nbf") {
        return Err(TokenError::Early);
    }
    // The party that asked for the token, where it says so.
    let asked = claims.get("azp").and_then(Value::as_str);
    if !is_service && asked.is_some_and(|asked| asked != id) {
        return Err(TokenError::Audience);
    }
    Ok(claims)
}

/// Was a token with these claims made for this service, perhaps among others?
pub fn is_for(claims: &Claims, service: &str) -> bool {
    match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().any(|one| one == service),
        one => one.is_some_and(|one| one == service),
    }
}

/// The issuer that a token names, whether that is true or not.
pub fn issuer_of(text: &str) -> Option<String> {
    let payload = Some(text).filter(|text| text.len() <= TOKEN_BYTES_MAX)?.split('.').nth(1)?;
    let claims: Claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims.get("iss").and_then(Value::as_str).map(str::to_owned)
}

fn error(cause: &ClaimsVerificationError) -> TokenError {
    match cause {
        ClaimsVerificationError::Expired(_) => TokenError::Expired,
        ClaimsVerificationError::InvalidAudience(_) => TokenError::Audience,
        ClaimsVerificationError::InvalidIssuer(_) => TokenError::Issuer,
        ClaimsVerificationError::InvalidNonce(_) => TokenError::Nonce,
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            TokenError::UnknownKey
        }
        ClaimsVerificationError::SignatureVerification(_) => TokenError::Signature,
        _ => TokenError::Malformed,
    }
}
