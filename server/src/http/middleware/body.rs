//! The body of a request, read whole before its route is reached, up to a limit; for strangers, within bounds that they
//! share.

use crate::{
    http::{extract::PageError, render::refuse_call},
    net::sources::Ticket,
    state::AppState,
};
use app::domain::{BODY_BYTES_MAX, Error};
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Request, State},
    http::Extensions,
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Reads the whole body, up to the limit, before the route does: one rule and one answer for every route,
/// whether the length was declared or not.
pub async fn limit_body(request: Request, next: Next) -> Response {
    read_body(request, next, None).await
}

/// Like [`limit_body`], before the caller is known. The memory that strangers take is bounded, by source and in
/// total.
pub async fn limit_body_of_strangers(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    match state.admit_body(request.extensions()) {
        Some(ticket) => read_body(request, next, Some(ticket)).await,
        None => PageError(TOO_MANY_BODIES).into_response(),
    }
}

/// The body of a form whose sender has no session any more.
pub async fn strangers_body(state: &AppState, extensions: &Extensions, body: Body) -> Result<Bytes, Error> {
    let _ticket = state.admit_body(extensions).ok_or(TOO_MANY_BODIES)?;
    whole(body).await.ok_or(Error::TooLarge)
}

const TOO_MANY_BODIES: Error = Error::TooMany { seconds: 1 };

/// Reads the whole body, if it fits. A body that is declared too large is not waited for.
async fn whole(body: Body) -> Option<Bytes> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > BODY_BYTES_MAX { None } else { to_bytes(body, BODY_BYTES_MAX).await.ok() }
}

/// The ticket is held while the body is read, and no longer.
async fn read_body(request: Request, next: Next, ticket: Option<Ticket>) -> Response {
    let (parts, body) = request.into_parts();
    let read = whole(body).await;
    drop(ticket);
    match read {
        Some(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        None if parts.uri.path().starts_with("/_fn/") => refuse_call(&Error::TooLarge),
        None => PageError(Error::TooLarge).into_response(),
    }
}
