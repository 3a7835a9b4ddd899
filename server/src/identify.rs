//! Who asks: the cookie's session becomes a `Caller` in the request, or the way leads to the sign-in page. What
//! the caller may do is not decided here.

use crate::{
    cookies,
    desk::{self, Desk},
    guard::CROSS_SITE,
    router::Console,
    server_fns,
};
use app::{
    documents::Frame,
    domain::{Error, WorkspaceName},
    paths,
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use leptos::nonce::Nonce;

/// Lets nobody through who is not signed in.
pub async fn require(State(console): State<Console>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_call = parts.uri.path().starts_with("/_fn/");
    let secure = console.entrance.secure;
    let mut caller = match cookies::read(&parts.headers, secure).session {
        Some(key) => console.service.caller(&key, &desk::visit(&parts)).await,
        None => Ok(None),
    };
    // Whoever only looks is somebody here; to do something, they have to come back with what they were given.
    let mut given = None;
    if let (Ok(None), Some(demo), true) = (&caller, &console.entrance.demo, parts.method.is_safe()) {
        caller = demo.let_in(&console.service, &desk::visit(&parts)).await.map(|stranger| {
            let (caller, signed_in) = stranger?;
            given = Some(cookies::keep(&signed_in, secure));
            Some(caller)
        });
    }
    match caller {
        Ok(Some(_)) if !parts.method.is_safe() && !names_its_origin(&parts.headers) => {
            (StatusCode::FORBIDDEN, CROSS_SITE).into_response()
        }
        Ok(Some(caller)) => {
            // Server functions that only read are called with POST, too.
            if !parts.method.is_safe()
                && !parts.uri.path().starts_with("/_fn/load_")
                && let Err(error) = console.service.may_change(&caller)
            {
                parts.extensions.insert(caller);
                return refuse(console, &mut parts, &error).await;
            }
            parts.extensions.insert(caller);
            (given, next.run(Request::from_parts(parts, body)).await).into_response()
        }
        Ok(None) if is_call => server_fns::refuse(&Error::SignedOut),
        Ok(None) => {
            let next = parts.uri.path_and_query().map_or("/", |place| place.as_str());
            no_store(Redirect::to(&paths::sign_in(next)).into_response())
        }
        Err(error) if is_call => server_fns::refuse(&error),
        Err(error) => {
            let visit = desk::visit(&parts);
            let workspace = WorkspaceName::default();
            let (nonce, demonstration) = (Nonce::new().to_string(), console.entrance.demonstration());
            let frame = Frame { caller: None, workspace, nonce, demonstration };
            Desk { console, visit, frame }.fail(&error)
        }
    }
}

/// Says so in the words of the door that was knocked at.
async fn refuse(console: Console, parts: &mut Parts, error: &Error) -> Response {
    if parts.uri.path().starts_with("/_fn/") {
        return server_fns::refuse(error);
    }
    match Desk::from_request_parts(parts, &console).await {
        Ok(desk) => desk.fail(error),
        Err(never) => match never {},
    }
}

/// An address that leads nowhere: whoever is signed in stays where they can go on from.
pub async fn not_found(mut desk: Desk, headers: HeaderMap) -> Response {
    if let Some(key) = cookies::read(&headers, desk.console.entrance.secure).session {
        desk.frame.caller = desk.console.service.caller(&key, &desk.visit).await.ok().flatten();
        // Without anybody, no name is shown.
        desk.frame.workspace = desk.console.service.workspace_name().await;
    }
    desk.not_found()
}

/// A cookie is believed only if the browser says where the request comes from; that it comes from here has been
/// checked before.
fn names_its_origin(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN)
}

/// Nothing behind the sign-in is anybody else's to keep.
pub async fn keep_nothing(request: Request, next: Next) -> Response {
    no_store(next.run(request).await)
}

fn no_store(mut response: Response) -> Response {
    let value = axum::http::HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}
