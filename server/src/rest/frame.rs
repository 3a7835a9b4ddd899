//! What stands around every handler of this door: the request's id, the client's address, the limits of a head and
//! of time, what becomes of a panic, and the headers of every answer. One layer, since what happens here happens with
//! every verification.
//!
//! The log has no line for a request that went well; what went wrong is said with its id.

use crate::{
    client,
    entrance::Entrance,
    guard,
    limits::REQUEST_TIME,
    metrics::{self, Metrics},
    router::{NO_PAGE, internal_error},
};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, sync::Arc};
use tokio::time::timeout;
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub async fn around(
    State((entrance, metrics)): State<(Arc<Entrance>, Arc<Metrics>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let (id, route) = (new_id(), metrics::route(&request));
    // Whatever the client says, the id is ours to give: the audit log relies on it.
    request.headers_mut().insert(REQUEST_ID, id.clone());
    // With the usual log there is no span, which costs more than a verdict.
    let span =
        tracing::debug_span!("request", method = %request.method(), path = request.uri().path(), id = ?id);
    let mut response = match guard::refuse_head(&request) {
        Some(refused) => refused,
        None => match client::address_of(&request, &entrance) {
            Err(refused) => refused.into_response(),
            Ok(address) => {
                request.extensions_mut().insert(client::ClientAddress(address));
                answered(next.run(request).instrument(span)).await
            }
        },
    };
    metrics.request(route.as_ref(), response.status());
    if response.status().is_server_error() {
        tracing::warn!(id = ?id, status = response.status().as_u16(), "a request could not be answered");
    }
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_PAGE));
    if entrance.secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    response
}

/// A timer is set only for what cannot be answered at once.
async fn answered(answer: impl Future<Output = Response>) -> Response {
    match timeout(REQUEST_TIME, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => internal_error(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn new_id() -> HeaderValue {
    let mut text = Uuid::encode_buffer();
    let text = Uuid::new_v4().hyphenated().encode_lower(&mut text).as_bytes();
    HeaderValue::from_bytes(text).unwrap_or(HeaderValue::from_static(""))
}
