//! The way through a refusal that asks for a recent sign-in, for every form. The answer is a page that asks for the
//! password and holds what was typed. Sent to the same address again, it first signs the same person in anew, and
//! then does what was meant.
//!
//! What was typed travels in that page and is kept nowhere else. It is as large as one request can be, and no password
//! or code is in it. The page is another form of this site: where it comes from is checked like that of every other.

use crate::{cookies, desk::Desk, guard::is_content_type, router::Console};
use app::{
    documents::{self, SIGN_IN_AGAIN, SentForm},
    domain::{BODY_BYTES_MAX, Caller, Error},
    paths,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{Method, StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use url::form_urlencoded::{Serializer, parse};

/// Says of an answer that this page takes its place.
#[derive(Clone, Copy)]
pub struct NeedsSignIn;

/// Fields that never stand in a page.
const NEVER_KEPT: [&str; 5] = [SIGN_IN_AGAIN, "password", "again", "current_password", "code"];

pub async fn offer(State(console): State<Console>, request: Request, next: Next) -> Response {
    let is_form = request.method() == Method::POST
        && is_content_type(request.headers(), "application/x-www-form-urlencoded");
    if !is_form {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    // It has been read already, and fits.
    let Ok(mut body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut given = None;
    if let Some(password) = password_in(&body) {
        match sign_in_again(&console, &mut parts, &password).await {
            Ok(cookies) => given = Some(cookies),
            Err(error) => return ask(&console, &mut parts, &body, Some(&error)).await,
        }
        // A file that is sent leaves the page where it is; so the way leads back to the page that offers it.
        if parts.uri.path() == paths::AUDIT_EXPORT {
            let filter = kept(&body);
            let filter: Vec<_> = filter.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let back = paths::with_search(paths::AUDIT, &paths::query(&filter));
            return (given, Redirect::to(&back)).into_response();
        }
        body = Serializer::new(String::new()).extend_pairs(kept(&body)).finish().into();
    }
    let mut again = parts.clone();
    let response = next.run(Request::from_parts(parts, Body::from(body.clone()))).await;
    let needs_sign_in = response.extensions().get::<NeedsSignIn>().is_some();
    let response = if needs_sign_in { ask(&console, &mut again, &body, None).await } else { response };
    (given, response).into_response()
}

/// Signs the caller in by this password; what comes after is theirs with the new session.
async fn sign_in_again(console: &Console, parts: &mut Parts, password: &str) -> Result<CookieJar, Error> {
    let caller = parts.extensions.get::<Caller>().ok_or(Error::SignedOut)?;
    let secure = console.entrance.secure;
    let knock = cookies::read(&parts.headers, secure);
    let (caller, signed_in) = console.service.sign_in_again(caller, password, knock).await?;
    parts.extensions.insert(caller);
    Ok(cookies::keep(&signed_in, secure))
}

async fn ask(console: &Console, parts: &mut Parts, body: &Bytes, error: Option<&Error>) -> Response {
    let desk = match Desk::from_request_parts(parts, console).await {
        Ok(desk) => desk,
        Err(never) => match never {},
    };
    let action = parts.uri.path_and_query().map_or("/", |place| place.as_str()).to_owned();
    let html = documents::sign_in_again(&desk.frame, &SentForm { action, fields: kept(body) }, error);
    match error {
        Some(Error::SignedOut) => desk.fail(&Error::SignedOut),
        error => desk.refuse(error.unwrap_or(&Error::SignInAgain), html),
    }
}

fn password_in(body: &Bytes) -> Option<String> {
    parse(body).find(|(name, _)| name == SIGN_IN_AGAIN).map(|(_, password)| password.into_owned())
}

fn kept(body: &Bytes) -> Vec<(String, String)> {
    parse(body).into_owned().filter(|(name, _)| !NEVER_KEPT.contains(&name.as_str())).collect()
}
