//! One-time links: the set-up of the installation, and choosing a password. The code of a link comes in its address, waits in
//! a cookie for that one page, and is sent back by the form.

use crate::{
    cookies,
    desk::{Desk, Sent, Wanted},
};
use app::{
    documents,
    domain::{Error, PersonForm},
    paths,
    service::{Key, Link, SignedIn},
};
use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetupFields {
    code: String,
    name: String,
    email: String,
    password: String,
    again: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordFields {
    code: String,
    password: String,
    again: String,
    /// For password managers only.
    #[serde(default, rename = "username")]
    _username: String,
}

pub async fn show_setup(desk: Desk, headers: HeaderMap, Wanted(asked): Wanted<Asked>) -> Response {
    if let Some(code) = asked.code {
        return put_away(&desk, paths::SETUP, &code);
    }
    let code = cookies::code(&headers, desk.console.entrance.secure);
    match desk.console.service.link(&code).await {
        Ok(Link::Setup) => {
            let html = documents::setup(&desk.frame, &code, &PersonForm::default(), None);
            desk.show(StatusCode::OK, html)
        }
        Ok(_) => end(&desk, paths::SETUP, &Error::LinkEnded),
        Err(error) => end(&desk, paths::SETUP, &error),
    }
}

pub async fn finish_setup(desk: Desk, headers: HeaderMap, Sent(fields): Sent<SetupFields>) -> Response {
    let form = PersonForm { name: fields.name, email: fields.email, role: String::new() };
    let passwords = (fields.password.as_str(), fields.again.as_str());
    let knock = cookies::read(&headers, desk.console.entrance.secure);
    match desk.console.service.finish_setup(&fields.code, &form, passwords, knock, &desk.visit).await {
        Ok(signed_in) => welcome(&desk, paths::SETUP, &signed_in),
        Err(error @ Error::LinkEnded) => end(&desk, paths::SETUP, &error),
        Err(error) => desk.refuse(&error, documents::setup(&desk.frame, &fields.code, &form, Some(&error))),
    }
}

pub async fn show_password(desk: Desk, headers: HeaderMap, Wanted(asked): Wanted<Asked>) -> Response {
    if let Some(code) = asked.code {
        return put_away(&desk, paths::PASSWORD, &code);
    }
    let code = cookies::code(&headers, desk.console.entrance.secure);
    match desk.console.service.link(&code).await {
        Ok(Link::Password(person)) => {
            let html = documents::choose_password(&desk.frame, &code, &person, None);
            desk.show(StatusCode::OK, html)
        }
        Ok(Link::Setup) => end(&desk, paths::PASSWORD, &Error::LinkEnded),
        Err(error) => end(&desk, paths::PASSWORD, &error),
    }
}

pub async fn choose_password(desk: Desk, headers: HeaderMap, Sent(fields): Sent<PasswordFields>) -> Response {
    let passwords = (fields.password.as_str(), fields.again.as_str());
    let service = &desk.console.service;
    let knock = cookies::read(&headers, desk.console.entrance.secure);
    match service.accept_link(&fields.code, passwords, knock, &desk.visit).await {
        Ok(signed_in) => welcome(&desk, paths::PASSWORD, &signed_in),
        // The form is shown again as long as the link works.
        Err(error) => match service.link(&fields.code).await {
            Ok(Link::Password(person)) => {
                let html = documents::choose_password(&desk.frame, &fields.code, &person, Some(&error));
                desk.refuse(&error, html)
            }
            _ => end(&desk, paths::PASSWORD, &error),
        },
    }
}

/// Takes the code out of the address before anything is shown there: histories, proxies and other pages learn addresses.
fn put_away(desk: &Desk, path: &'static str, code: &str) -> Response {
    match Key::parse(code) {
        Some(code) => (cookies::keep_code(&code, path, desk.console.entrance.secure), Redirect::to(path))
            .into_response(),
        None => desk.fail(&Error::LinkEnded),
    }
}

/// Says why there is nothing to do. A link that has ended is forgotten.
fn end(desk: &Desk, path: &'static str, error: &Error) -> Response {
    let ended = *error == Error::LinkEnded;
    let forgotten = ended.then(|| cookies::forget_code(path, desk.console.entrance.secure));
    (forgotten, desk.fail(error)).into_response()
}

fn welcome(desk: &Desk, path: &'static str, signed_in: &SignedIn) -> Response {
    let secure = desk.console.entrance.secure;
    let kept = cookies::keep(signed_in, secure);
    (kept, cookies::forget_code(path, secure), Redirect::to(paths::TOKENS)).into_response()
}
