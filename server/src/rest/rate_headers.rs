//! The state of a token's rate limit, as the headers `RateLimit-Policy` and `RateLimit` of
//! draft-ietf-httpapi-ratelimit-headers-10. They are written in this one place because they are a draft.

use app::service::{RateState, Verification};
use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::sync::{Arc, OnceLock};

/// The verification of the calling token, kept for the headers of the answer.
#[derive(Clone, Default)]
struct Noted(Arc<OnceLock<Verification>>);

/// Middleware that tells callers where their token stands in its rate limit.
pub async fn tell(mut request: Request, next: Next) -> Response {
    let noted = Noted::default();
    request.extensions_mut().insert(noted.clone());
    let mut response = next.run(request).await;
    if let Some(verification) = noted.0.get() {
        insert(response.headers_mut(), verification);
    }
    response
}

pub fn note(extensions: &Extensions, verification: &Verification) {
    if let Some(Noted(place)) = extensions.get() {
        // The caller of a request is judged once.
        let _ = place.set(verification.clone());
    }
}

pub fn insert(headers: &mut HeaderMap, verification: &Verification) {
    let (Some(state), Some(limit)) =
        (verification.rate, verification.identity.as_ref().and_then(|known| known.rate_limit()))
    else {
        return;
    };
    let RateState { remaining, reset_seconds, retry_seconds, .. } = state;
    let policy = format!("\"token\";q={};w={}", limit.requests, limit.per_seconds);
    let left = format!("\"token\";r={remaining};t={}", retry_seconds.unwrap_or(reset_seconds));
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", left)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    if let Some(seconds) = retry_seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}
