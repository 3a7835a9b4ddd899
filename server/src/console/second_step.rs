//! The second step of a sign-in. The browser has the key of what was proven in the first in a cookie.

use crate::{
    http::cookies,
    http::extract::{Page, PageForm, PageQuery},
};
use app::{
    domain::Error,
    paths,
    service::{SecondStep, SignInStep},
    sign_in::{WhatNext, recovery_codes, second_factor, set_up_app},
};
use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct StepQuery {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepForm {
    #[serde(default)]
    code: String,
    #[serde(default)]
    passkey: String,
    #[serde(default)]
    next: String,
}

/// The answer to a right password: the session and the page that was wanted, or the page of the second step.
pub fn after_password(page: &Page, step: &SignInStep, next: &str) -> Response {
    let secure = page.state.network.secure;
    // Redirects only to a place of this site.
    let next = paths::own(next).unwrap_or(paths::TOKENS);
    match step {
        SignInStep::SignedIn(keys) => (cookies::keep(keys, secure), Redirect::to(next)).into_response(),
        SignInStep::Second(key) => {
            (cookies::keep_step(key, secure), Redirect::to(&paths::second_factor(next))).into_response()
        }
    }
}

pub async fn show(page: Page, headers: HeaderMap, PageQuery(query): PageQuery<StepQuery>) -> Response {
    draw(&page, &headers, &query.next, None).await
}

pub async fn send(page: Page, headers: HeaderMap, PageForm(form): PageForm<StepForm>) -> Response {
    let (service, secure) = (&page.state.service, page.state.network.secure);
    let Some(key) = cookies::step(&headers, secure) else { return over(&page) };
    let keys = cookies::read(&headers, secure);
    let done = match form.passkey.as_str() {
        "" => service.second_factor(&key, form.code.trim(), keys, &page.visit).await,
        answer => {
            let signed_in = service.second_factor_by_passkey(&key, answer, keys, &page.visit).await;
            signed_in.map(|signed_in| (signed_in, None))
        }
    };
    match done {
        Ok((signed_in, codes)) => {
            let next = paths::own(&form.next).unwrap_or(paths::TOKENS);
            let kept = (cookies::keep(&signed_in, secure), cookies::forget_step(secure));
            match codes {
                Some(codes) => {
                    let html = recovery_codes(page.demonstration(), &codes, next);
                    (kept, page.show(StatusCode::OK, html)).into_response()
                }
                None => (kept, Redirect::to(next)).into_response(),
            }
        }
        Err(Error::SignedOut | Error::SignInRefused) => over(&page),
        Err(error) => draw(&page, &headers, &form.next, Some(&error)).await,
    }
}

/// The page of the step, or the sign-in page if its time is over.
async fn draw(page: &Page, headers: &HeaderMap, next: &str, error: Option<&Error>) -> Response {
    let Some(key) = cookies::step(headers, page.state.network.secure) else { return again(next) };
    let html = match page.state.service.second_step(&key, &page.visit).await {
        Ok(SecondStep::Ask { has_app, has_passkeys, has_codes }) => {
            second_factor(page.demonstration(), (has_app, has_passkeys, has_codes), next, error)
        }
        Ok(SecondStep::SetUp(app)) => set_up_app(page.demonstration(), &app, next, error),
        Err(Error::SignedOut) => return again(next),
        Err(error) => return page.fail(&error).await,
    };
    match error {
        None => page.show(StatusCode::OK, html),
        Some(error) => page.refuse(error, html),
    }
}

/// Too much time has passed since the password, or it is another one by now.
fn over(page: &Page) -> Response {
    page.fail_with(&Error::SignedOut, &WhatNext::SignIn)
}

fn again(next: &str) -> Response {
    Redirect::to(&paths::sign_in(next)).into_response()
}
