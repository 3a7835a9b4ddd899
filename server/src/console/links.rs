//! One-time links: the set-up of the installation, and choosing a password. The code of a link arrives in its
//! address, is kept in a cookie for that one page, and is sent back by the form.

use crate::{
    console::second_step,
    http::cookies,
    http::extract::{Page, PageForm, PageQuery},
};
use app::{
    domain::{Error, PersonForm},
    paths,
    service::{Key, Link, SignedIn},
    sign_in::{WhatNext, choose_password, set_up},
};
use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct LinkQuery {
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUpForm {
    code: String,
    name: String,
    email: String,
    password: String,
    again: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordForm {
    code: String,
    password: String,
    again: String,
    /// For password managers only.
    #[serde(default, rename = "username")]
    _username: String,
}

pub async fn show_set_up(page: Page, headers: HeaderMap, PageQuery(query): PageQuery<LinkQuery>) -> Response {
    if let Some(code) = query.code {
        return put_away(&page, paths::SETUP, &code).await;
    }
    let code = cookies::code(&headers, page.state.network.secure);
    match page.state.service.link(&code, &page.visit).await {
        Ok(Link::Setup) => {
            page.show(StatusCode::OK, set_up(page.demonstration(), &code, &PersonForm::default(), None))
        }
        Ok(_) => end(&page, paths::SETUP, &Error::LinkEnded).await,
        Err(error) => end(&page, paths::SETUP, &error).await,
    }
}

pub async fn finish_set_up(page: Page, headers: HeaderMap, PageForm(sent): PageForm<SetUpForm>) -> Response {
    let form = PersonForm { name: sent.name, email: sent.email, role: String::new() };
    let passwords = (sent.password.as_str(), sent.again.as_str());
    let keys = cookies::read(&headers, page.state.network.secure);
    match page.state.service.finish_setup(&sent.code, &form, passwords, keys, &page.visit).await {
        Ok(signed_in) => welcome(&page, paths::SETUP, &signed_in),
        Err(error @ Error::LinkEnded) => end(&page, paths::SETUP, &error).await,
        Err(error) => page.refuse(&error, set_up(page.demonstration(), &sent.code, &form, Some(&error))),
    }
}

pub async fn show_password(
    page: Page,
    headers: HeaderMap,
    PageQuery(query): PageQuery<LinkQuery>,
) -> Response {
    if let Some(code) = query.code {
        return put_away(&page, paths::PASSWORD, &code).await;
    }
    let code = cookies::code(&headers, page.state.network.secure);
    match page.state.service.link(&code, &page.visit).await {
        Ok(Link::Password(person)) => {
            page.show(StatusCode::OK, choose_password(page.demonstration(), &code, &person, None))
        }
        Ok(Link::Setup) => end(&page, paths::PASSWORD, &Error::LinkEnded).await,
        Err(error) => end(&page, paths::PASSWORD, &error).await,
    }
}

pub async fn send_password(
    page: Page,
    headers: HeaderMap,
    PageForm(sent): PageForm<PasswordForm>,
) -> Response {
    let passwords = (sent.password.as_str(), sent.again.as_str());
    let service = &page.state.service;
    let keys = cookies::read(&headers, page.state.network.secure);
    match service.accept_link(&sent.code, passwords, keys, &page.visit).await {
        Ok(step) => {
            let forgotten = cookies::forget_code(paths::PASSWORD, page.state.network.secure);
            (forgotten, second_step::after_password(&page, &step, paths::TOKENS)).into_response()
        }
        // The form is shown again as long as the link works.
        Err(error) => match service.link(&sent.code, &page.visit).await {
            Ok(Link::Password(person)) => {
                page.refuse(&error, choose_password(page.demonstration(), &sent.code, &person, Some(&error)))
            }
            _ => end(&page, paths::PASSWORD, &error).await,
        },
    }
}

/// Moves the code from the address into a cookie before anything is shown: histories, proxies and other pages learn
/// addresses.
async fn put_away(page: &Page, path: &'static str, code: &str) -> Response {
    match Key::parse(code) {
        Some(code) => {
            (cookies::keep_code(&code, path, page.state.network.secure), Redirect::to(path)).into_response()
        }
        None => end(page, path, &Error::LinkEnded).await,
    }
}

/// Shows why there is nothing to do. The cookie of a link that has ended is removed.
async fn end(page: &Page, path: &'static str, error: &Error) -> Response {
    if *error != Error::LinkEnded {
        return page.fail(error).await;
    }
    let next = match path {
        paths::PASSWORD => WhatNext::AskAnAdmin,
        _ if page.state.service.is_set_up().await == Ok(false) => WhatNext::Restart,
        _ => WhatNext::SignIn,
    };
    (cookies::forget_code(path, page.state.network.secure), page.fail_with(error, &next)).into_response()
}

fn welcome(page: &Page, path: &'static str, signed_in: &SignedIn) -> Response {
    let secure = page.state.network.secure;
    let kept = cookies::keep(signed_in, secure);
    (kept, cookies::forget_code(path, secure), Redirect::to(paths::TOKENS)).into_response()
}
