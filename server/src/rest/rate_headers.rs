//! Where a token stands in its rate limit, as headers: `RateLimit-Policy` and `RateLimit` of
//! draft-ietf-httpapi-ratelimit-headers-10, in this one place because they are a draft.

use app::service::{Judgement, RateState};
use axum::http::{HeaderMap, HeaderValue, header};

pub fn insert(headers: &mut HeaderMap, judgement: &Judgement) {
    let (Some(state), Some(limit)) =
        (judgement.rate, judgement.identity.as_ref().and_then(|known| known.rate_limit()))
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
