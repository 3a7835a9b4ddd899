//! Signing in and out.

use crate::{
    http::{
        cookies,
        extract::{Page, PageError, PageForm, PageQuery, SignedIn},
    },
    state::AppState,
};
use app::{
    paths,
    sign_in::{SignInReason, sign_in},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct SignInQuery {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInForm {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub async fn show(page: Page, headers: HeaderMap, PageQuery(query): PageQuery<SignInQuery>) -> Response {
    let reason = reason(&page, &headers, &query.next).await;
    page.show(StatusCode::OK, sign_in(page.demonstration(), reason, ("", &query.next), None))
}

/// A browser in which somebody has signed in before, and that was led here from another page, had a session.
async fn reason(page: &Page, headers: &HeaderMap, next: &str) -> SignInReason {
    let brought = cookies::read(headers, page.state.network.secure);
    let has_signed_in = brought.session.is_some() || brought.browser.is_some();
    match page.state.service.is_set_up().await {
        Ok(false) => SignInReason::NotSetUp,
        _ if has_signed_in && !next.is_empty() => SignInReason::SessionEnded,
        _ => SignInReason::None,
    }
}

pub async fn send(page: Page, headers: HeaderMap, PageForm(form): PageForm<SignInForm>) -> Response {
    let secure = page.state.network.secure;
    let keys = cookies::read(&headers, secure);
    match page.state.service.sign_in(&form.email, &form.password, keys, &page.visit).await {
        Ok(signed_in) => {
            // Redirects only to a place of this site.
            let next = paths::own(&form.next).unwrap_or(paths::TOKENS);
            (cookies::keep(&signed_in, secure), Redirect::to(next)).into_response()
        }
        Err(error) => {
            let typed = (form.email.as_str(), form.next.as_str());
            page.refuse(&error, sign_in(page.demonstration(), SignInReason::None, typed, Some(&error)))
        }
    }
}

pub async fn sign_out(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
) -> Result<impl IntoResponse, PageError> {
    state.service.sign_out(&caller).await?;
    // Pages are `no-store`, so no cache holds them. "cookies" would forget the browser, and sign out of every other
    // site of the domain.
    let clear = [("clear-site-data", "\"storage\"")];
    Ok((cookies::forget_session(state.network.secure), clear, Redirect::to(paths::SIGN_IN)))
}
