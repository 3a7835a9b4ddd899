//! Authentication: the cookie's session becomes a `Caller` in the request, or the answer redirects to the sign-in
//! page. Authorization is not decided here.

use crate::{
    console::continue_form::{is_form, sign_in_first},
    http::cookies,
    http::extract::{Page, visit},
    http::middleware::head::{CROSS_SITE, names_its_origin},
    http::render,
    state::AppState,
};
use app::{UNATTENDED, domain::Error, paths, sign_in::WhatNext};
use axum::{
    extract::{Extension, Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

/// Middleware that lets nobody through who is not signed in.
pub async fn require(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let is_call = parts.uri.path().starts_with("/_fn/");
    let secure = state.network.secure;
    let mut caller = match cookies::read(&parts.headers, secure).session {
        Some(key) if parts.headers.contains_key(UNATTENDED) || parts.uri.path() == paths::CHANGES => {
            state.service.absent_caller(&key, &visit(&parts)).await
        }
        Some(key) => state.service.caller(&key, &visit(&parts)).await,
        None => Ok(None),
    };
    // A safe request is enough to be let into a demonstration. An unsafe one must bring the cookies that were set
    // then.
    let mut given = None;
    if let (Ok(None), Some(demo), true) = (&caller, &state.let_in, parts.method.is_safe()) {
        caller = demo.let_in(&state.service, &visit(&parts)).await.map(|stranger| {
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
                && let Err(error) = state.service.may_change(&caller)
            {
                parts.extensions.insert(caller);
                return refuse(&state, &parts, &error).await;
            }
            parts.extensions.insert(caller);
            (given, next.run(Request::from_parts(parts, body)).await).into_response()
        }
        // 204 tells a browser that listens to stop asking (WHATWG HTML 9.2.1): its page shows by itself that nobody
        // is signed in.
        Ok(None) if parts.uri.path() == paths::CHANGES => no_store(StatusCode::NO_CONTENT.into_response()),
        Ok(None) if is_call => render::refuse_call(&Error::SignedOut),
        Ok(None) if is_form(&parts) && parts.uri.path() != paths::SIGN_OUT => {
            sign_in_first(state, parts, body, next).await
        }
        Ok(None) => no_store(Redirect::to(&paths::sign_in(Page::of(&state, &parts).url())).into_response()),
        Err(error) => refuse(&state, &parts, &error).await,
    }
}

async fn refuse(state: &AppState, parts: &Parts, error: &Error) -> Response {
    match parts.uri.path().starts_with("/_fn/") {
        true => render::refuse_call(error),
        false => Page::of(state, parts).fail(error).await,
    }
}

/// Fallback for addresses that lead nowhere: somebody who is signed in stays in the console, where they can go on.
pub async fn not_found(
    State(state): State<AppState>,
    page: Page,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let caller = match cookies::read(&headers, state.network.secure).session {
        Some(key) => state.service.caller(&key, &page.visit).await.ok().flatten(),
        None => None,
    };
    match caller {
        Some(caller) => render::page(State(state), Extension(caller), request).await,
        None => page.fail_with(&Error::NoSuchRoute, &WhatNext::SignIn),
    }
}

/// Middleware that keeps answers behind the sign-in out of every cache.
pub async fn keep_nothing(request: Request, next: Next) -> Response {
    no_store(next.run(request).await)
}

fn no_store(mut response: Response) -> Response {
    let value = axum::http::HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}
