//! The console with WASM: server functions. They are public endpoints with nicer syntax, so this handler narrows
//! them: JSON for reads, a form for changes, never a redirect, and the status that belongs to the error.

use crate::{
    http::cookies,
    http::middleware::head::{FORM, is_content_type},
    http::render::{refuse_call, retry_after},
    state::AppState,
};
use app::{
    domain::{Caller, Error},
    server_fns::{Keyring, Origin},
    service::Service,
};
use axum::{
    extract::{Extension, Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{prelude::provide_context, server_fn::axum::get_server_fn_service};
use leptos_axum::handle_server_fns_with_context;

pub async fn call(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    mut request: Request,
) -> Response {
    if get_server_fn_service(request.uri().path(), Method::POST).is_none() {
        return refuse_call(&Error::NotFound);
    }
    let is_load = request.uri().path().starts_with("/_fn/load_");
    let kind = if is_load { "application/json" } else { FORM };
    if !is_content_type(request.headers(), kind) {
        return refuse_call(&Error::UnsupportedMediaType);
    }
    // A caller that accepts HTML would be redirected to the address it calls its referrer.
    request.headers_mut().remove(header::REFERER);
    request.headers_mut().remove(header::ACCEPT);
    let keys = Keyring::new(cookies::read(request.headers(), state.network.secure));
    let context = context(&state, &caller, &keys);
    let mut response = handle_server_fns_with_context(context, request).await.into_response();
    match response.status() {
        // Every error of ours sets a status of its own, so this one comes from a malformed call.
        StatusCode::INTERNAL_SERVER_ERROR => return refuse_call(&Error::Malformed),
        StatusCode::SERVICE_UNAVAILABLE => {
            let after = retry_after(&Error::Unavailable);
            response.headers_mut().extend(after.map(|after| (header::RETRY_AFTER, after)));
        }
        _ => {}
    }
    let kept = keys.take_kept().map(|keys| cookies::keep(&keys, state.network.secure));
    (kept, response).into_response()
}

/// Provides the context of server functions.
pub fn context(
    state: &AppState,
    caller: &Caller,
    keys: &Keyring,
) -> impl Fn() + Clone + Send + Sync + 'static {
    let (service, origin) = (Service::clone(&state.service), Origin(state.network.origin()));
    let (caller, keys, reference) = (caller.clone(), keys.clone(), state.reference.clone());
    move || {
        provide_context(service.clone());
        provide_context(reference.clone());
        provide_context(caller.clone());
        provide_context(origin.clone());
        provide_context(keys.clone());
    }
}
