//! Signing in and out.

use crate::{
    cookies,
    desk::{Desk, Sent, Wanted},
};
use app::{documents, paths};
use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    let html = documents::sign_in(&desk.frame, "", &asked.next, None);
    desk.show(StatusCode::OK, html)
}

pub async fn send(desk: Desk, headers: HeaderMap, Sent(fields): Sent<Fields>) -> Response {
    let secure = desk.console.entrance.secure;
    let knock = cookies::read(&headers, secure);
    match desk.console.service.sign_in(&fields.email, &fields.password, knock, &desk.visit).await {
        Ok(signed_in) => {
            // Only ever to a place of this site.
            let next = paths::own(&fields.next).unwrap_or(paths::TOKENS);
            (cookies::keep(&signed_in, secure), Redirect::to(next)).into_response()
        }
        Err(error) => {
            desk.refuse(&error, documents::sign_in(&desk.frame, &fields.email, &fields.next, Some(&error)))
        }
    }
}

pub async fn sign_out(desk: Desk) -> Response {
    match async { desk.console.service.sign_out(desk.caller()?).await }.await {
        Ok(()) => {
            // Pages are `no-store` and so in no cache; "cookies" would forget the browser, and sign out of every other site
            // of the domain.
            let clear = [("clear-site-data", "\"storage\"")];
            let jar = cookies::forget_session(desk.console.entrance.secure);
            (jar, clear, Redirect::to(paths::SIGN_IN)).into_response()
        }
        Err(error) => desk.fail(&error),
    }
}
