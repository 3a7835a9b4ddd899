//! The revision of the data, for callers that talk to several nodes: a change says which one it made, and whoever sends
//! that along is answered by a node that knows of it, or not at all.

use crate::state::AppState;
use app::service::Service;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::Response,
};

const REVISION: HeaderName = HeaderName::from_static("tokenry-revision");
const AT_LEAST: HeaderName = HeaderName::from_static("tokenry-at-least");
const NO_NUMBER: &str = "Tokenry-At-Least is a number, as a change has told it in Tokenry-Revision.";
const BEHIND: &str = "This node does not know of that revision yet. Ask again in a moment.";

/// Middleware that tells the revision after a change.
pub async fn tell(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_change = !request.method().is_safe();
    let mut response = next.run(request).await;
    // If memory could not be compared with the data after the change, nobody knows the number.
    if is_change
        && response.status().is_success()
        && let Some(revision) = state.service.revision()
    {
        response.headers_mut().insert(REVISION, HeaderValue::from(revision));
    }
    response
}

/// The revision that the caller has learnt of, if it says one.
pub fn wanted(headers: &HeaderMap) -> Option<&HeaderValue> {
    headers.get(AT_LEAST)
}

/// Waits until this node knows of the revision, or says why it does not.
pub async fn reach(service: &Service, wanted: &HeaderValue) -> Result<(), (StatusCode, &'static str)> {
    let number = wanted.to_str().ok().and_then(|text| text.parse::<i64>().ok());
    let number = number.ok_or((StatusCode::BAD_REQUEST, NO_NUMBER))?;
    service.reach(number).await.map_err(|_| (StatusCode::SERVICE_UNAVAILABLE, BEHIND))
}
