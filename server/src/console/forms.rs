//! The console without WASM: plain forms, posted to the URL of their own page. One adapter serves all of them: it
//! decodes the fields into the arguments of the server function that a hydrated form calls, calls it, and answers
//! with the same page. A success redirects to the screen. A refused form is shown again with what was typed. A value
//! that is shown once is in the answer itself.

use crate::{
    console::server_fns,
    http::cookies,
    http::extract::{Page, PageError, SignedIn},
    http::middleware::head::{FORM, is_content_type},
    http::render::{answer, retry_after, status_of},
    state::AppState,
};
use app::{
    FormOutcome,
    domain::{BODY_BYTES_MAX, Caller, Done, Error, Visit},
    paths,
    server_fns::{Change, Keyring},
};
use axum::{
    body::to_bytes,
    extract::{RawPathParams, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::Owner;
use url::form_urlencoded::{Serializer, parse};

/// Fields that are never written into a page.
const NEVER_SHOWN: [&str; 3] = ["password", "again", "current_password"];

/// Handles the plain form of one change.
pub async fn change<F: Change>(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    path: RawPathParams,
    request: Request,
) -> Result<Response, PageError> {
    let (parts, body) = request.into_parts();
    if !is_content_type(&parts.headers, FORM) {
        return Err(Error::UnsupportedMediaType.into());
    }
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Error::TooLarge)?;
    // A field that the path gives may be repeated in the body, but not contradicted.
    let mut fields: Vec<(String, String)> =
        path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let (again, typed): (Vec<_>, Vec<_>) =
        parse(&body).into_owned().partition(|(name, _)| fields.iter().any(|(named, _)| named == name));
    let is_contradicted = again.iter().any(|pair| !fields.contains(pair));
    fields.extend(typed);
    let change = match decode::<F>(&fields) {
        Ok(change) if !is_contradicted => change,
        // None of our pages sends this, so there is no form to show again.
        _ => return Err(Error::Malformed.into()),
    };
    let keys = Keyring::new(cookies::read(&parts.headers, state.network.secure));
    let result = run(&state, &caller, &keys, change).await;
    let kept = keys.take_kept().map(|keys| cookies::keep(&keys, state.network.secure));
    // The page that answers reads the subject of the form again. If that is refused, the refusal has been noted
    // already.
    let visitor = Caller { visit: Visit { is_led_here: true, ..caller.visit.clone() }, ..caller };
    let url = paths::page_of_form(parts.uri.path(), parts.uri.query().unwrap_or_default());
    let response = match result {
        Ok(Done::Said { said, .. }) => lead(&state, &Page::of(&state, &parts).screen(), &said),
        Ok(Done::Elsewhere { to, said, .. }) => lead(&state, &to, &said),
        Ok(shown) => {
            let status = StatusCode::from_u16(shown.status()).unwrap_or(StatusCode::OK);
            let after = shown.failure().as_ref().and_then(retry_after);
            let mut response = answer(&state, visitor, &url, status, FormOutcome::Done(shown)).await;
            response.headers_mut().extend(after.map(|after| (header::RETRY_AFTER, after)));
            response
        }
        Err(error @ Error::SignInAgain) => PageError(error).into_response(),
        Err(error) => {
            fields.retain(|(name, _)| !NEVER_SHOWN.contains(&name.as_str()));
            let (status, after) = (status_of(&error), retry_after(&error));
            let outcome = FormOutcome::Refused { change: F::PATH, fields, error };
            let mut response = answer(&state, visitor, &url, status, outcome).await;
            response.headers_mut().extend(after.map(|after| (header::RETRY_AFTER, after)));
            response
        }
    };
    Ok((kept, response).into_response())
}

/// Redirects, and lets the next page show this message once.
fn lead(state: &AppState, to: &str, said: &str) -> Response {
    (cookies::say_once(said, state.network.secure), Redirect::to(to)).into_response()
}

fn decode<F: Change>(fields: &[(String, String)]) -> Result<F, Error> {
    let text = Serializer::new(String::new()).extend_pairs(fields).finish();
    serde_html_form::from_str::<F::Form>(&text).map(F::from).map_err(|_| Error::Malformed)
}

/// Runs the change in a reactive context of its own, like that of a call.
async fn run<F: Change>(state: &AppState, caller: &Caller, keys: &Keyring, change: F) -> Result<Done, Error> {
    let owner = Owner::new();
    owner.with(server_fns::context(state, caller, keys));
    let call = owner.with(|| leptos::reactive::computed::ScopedFuture::new(change.run_body()));
    call.await
}

/// A page that only receives forms: opening its address redirects to the screen they belong to.
pub async fn elsewhere(request: Request) -> Response {
    Redirect::to(&paths::screen_of(request.uri().path(), "")).into_response()
}
