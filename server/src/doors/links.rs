//! One-time links: the set-up of the installation, and choosing a password.

use crate::{
    cookies,
    desk::{Desk, Sent, Wanted},
};
use app::{
    documents,
    domain::{Error, PersonForm},
    paths,
    service::{Link, SignedIn},
};
use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    code: String,
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

pub async fn show_setup(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    match desk.console.service.link(&asked.code, &desk.visit).await {
        Ok(Link::Setup) => {
            let html = documents::setup(&desk.frame, &asked.code, &PersonForm::default(), None);
            desk.show(StatusCode::OK, html)
        }
        Ok(_) => desk.fail(&Error::LinkEnded),
        Err(error) => desk.fail(&error),
    }
}

pub async fn finish_setup(desk: Desk, headers: HeaderMap, Sent(fields): Sent<SetupFields>) -> Response {
    let form = PersonForm { name: fields.name, email: fields.email, role: String::new() };
    let passwords = (fields.password.as_str(), fields.again.as_str());
    let knock = cookies::read(&headers, desk.console.entrance.secure);
    match desk.console.service.finish_setup(&fields.code, &form, passwords, knock, &desk.visit).await {
        Ok(signed_in) => welcome(&desk, &signed_in),
        Err(error @ Error::LinkEnded) => desk.fail(&error),
        Err(error) => desk.refuse(&error, documents::setup(&desk.frame, &fields.code, &form, Some(&error))),
    }
}

pub async fn show_password(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    match desk.console.service.link(&asked.code, &desk.visit).await {
        Ok(Link::Password(person)) => {
            let html = documents::choose_password(&desk.frame, &asked.code, &person, None);
            desk.show(StatusCode::OK, html)
        }
        Ok(Link::Setup) => desk.fail(&Error::LinkEnded),
        Err(error) => desk.fail(&error),
    }
}

pub async fn choose_password(desk: Desk, headers: HeaderMap, Sent(fields): Sent<PasswordFields>) -> Response {
    let passwords = (fields.password.as_str(), fields.again.as_str());
    let service = &desk.console.service;
    let knock = cookies::read(&headers, desk.console.entrance.secure);
    match service.accept_link(&fields.code, passwords, knock, &desk.visit).await {
        Ok(signed_in) => welcome(&desk, &signed_in),
        // The form is shown again as long as the link works.
        Err(error) => match service.link(&fields.code, &desk.visit).await {
            Ok(Link::Password(person)) => {
                let html = documents::choose_password(&desk.frame, &fields.code, &person, Some(&error));
                desk.refuse(&error, html)
            }
            _ => desk.fail(&error),
        },
    }
}

fn welcome(desk: &Desk, signed_in: &SignedIn) -> Response {
    (cookies::keep(signed_in, desk.console.entrance.secure), Redirect::to(paths::TOKENS)).into_response()
}
