//! Passkeys: the challenges that pages hand to their browsers, and signing in with the answer.

use crate::{
    console::sign_in::refuse_sign_in,
    http::{
        cookies,
        extract::{Page, PageForm, SignedIn},
        render::refuse_call,
    },
    state::AppState,
};
use app::{
    domain::{Error, NoFields},
    paths,
    service::PasskeyRequest,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyForm {
    passkey: String,
    #[serde(default)]
    next: String,
}

/// The challenge for a sign-in.
pub async fn begin_sign_in(page: Page, PageForm(NoFields {}): PageForm<NoFields>) -> Response {
    answer(page.state.service.begin_passkey_sign_in(&page.visit).await)
}

/// The challenge for a new passkey.
pub async fn begin_new(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    PageForm(NoFields {}): PageForm<NoFields>,
) -> Response {
    answer(state.service.begin_passkey(&caller).await)
}

/// Signs in by a passkey alone.
pub async fn sign_in(page: Page, headers: HeaderMap, PageForm(form): PageForm<PasskeyForm>) -> Response {
    let secure = page.state.network.secure;
    let keys = cookies::read(&headers, secure);
    match page.state.service.sign_in_with_passkey(&form.passkey, None, keys, &page.visit).await {
        Ok(signed_in) => {
            let next = paths::own(&form.next).unwrap_or(paths::TOKENS);
            (cookies::keep(&signed_in, secure), Redirect::to(next)).into_response()
        }
        Err(error) => refuse_sign_in(&page, ("", &form.next), &error),
    }
}

fn answer(begun: Result<PasskeyRequest, Error>) -> Response {
    match begun {
        Ok(request) => ([(header::CACHE_CONTROL, "no-store")], Json(request)).into_response(),
        Err(error) => refuse_call(&error),
    }
}
