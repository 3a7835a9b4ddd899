//! Signing in and out.

use crate::{
    console::second_step,
    http::{
        cookies,
        extract::{Page, PageError, PageForm, PageQuery, SignedIn},
    },
    oidc::provider::Provider,
    state::AppState,
};
use app::{
    domain::Error,
    paths,
    sign_in::{SignInReason, Way, Ways, sign_in},
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
    /// The provider that somebody who has just signed out had come through.
    #[serde(default)]
    left: String,
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
    let ways = Ways {
        sign_out: sign_out_elsewhere(&page.state, &query.left),
        ..ways(&page.state, &query.next, false)
    };
    page.show(
        StatusCode::OK,
        sign_in(
            page.demonstration(),
            reason,
            &ways,
            ("", &query.next),
            page.state.service.has_passkey_sign_in(),
            None,
        ),
    )
}

/// The ways to sign in that lead to `next` afterwards. With `again`, providers have people prove once more who they are.
pub fn ways(state: &AppState, next: &str, again: bool) -> Ways {
    let way = |provider: &Provider| Way {
        label: provider.settings.label.clone(),
        url: paths::sign_in_through(&provider.settings.name, next, again),
    };
    Ways {
        by_password: state.service.has_password_sign_in(),
        providers: state.providers.iter().map(way).collect(),
        sign_out: None,
    }
}

fn sign_out_elsewhere(state: &AppState, provider: &str) -> Option<Way> {
    let provider = state.providers.find(provider)?;
    let url = provider.sign_out_url(&format!("{}{}", state.network.origin(), paths::SIGN_IN))?;
    Some(Way { label: provider.settings.label.clone(), url })
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
        Ok(step) => second_step::after_password(&page, &step, &form.next),
        Err(error) => refuse_sign_in(&page, (&form.email, &form.next), &error),
    }
}

/// The sign-in page again, with what was typed.
pub fn refuse_sign_in(page: &Page, typed: (&str, &str), error: &Error) -> Response {
    let has_passkeys = page.state.service.has_passkey_sign_in();
    let ways = ways(&page.state, typed.1, false);
    page.refuse(
        error,
        sign_in(page.demonstration(), SignInReason::None, &ways, typed, has_passkeys, Some(error)),
    )
}

pub async fn sign_out(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
) -> Result<impl IntoResponse, PageError> {
    let left = state.service.session_provider(&caller).await?;
    state.service.sign_out(&caller).await?;
    // Pages are `no-store`, so no cache holds them. "cookies" would forget the browser, and sign out of every other
    // site of the domain.
    let clear = [("clear-site-data", "\"storage\"")];
    let to = left.map_or(paths::SIGN_IN.to_owned(), |provider| paths::left_provider(&provider));
    Ok((cookies::forget_session(state.network.secure), clear, Redirect::to(&to)))
}
