//! The console without WASM: plain forms, posted to the URL of their own page. One adapter for all of them: it decodes
//! the fields into the arguments of the same server function that a hydrated form calls, calls it, and answers with the
//! same page. A success leads back to the screen; what was refused is shown again with what was typed; what is shown
//! once is in the answer itself.

use crate::{
    cookies,
    desk::Desk,
    guard::is_content_type,
    render::{answer, retry_after, status_of},
    router::Console,
    step_up::NeedsSignIn,
};
use app::{
    FormOutcome,
    domain::{BODY_BYTES_MAX, Caller, Done, Error},
    paths,
    server_fns::Change,
    service::Service,
};
use axum::{
    body::to_bytes,
    extract::{Extension, FromRequestParts, RawPathParams, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::{Owner, provide_context};
use url::form_urlencoded::{Serializer, parse};

/// Fields that never stand in a page.
const NEVER_SHOWN: [&str; 3] = ["password", "again", "current_password"];

/// The plain post of the form of one change.
pub async fn change<F: Change>(
    State(console): State<Console>,
    Extension(caller): Extension<Caller>,
    path: RawPathParams,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let desk = match Desk::from_request_parts(&mut parts, &console).await {
        Ok(desk) => desk,
        Err(never) => match never {},
    };
    if !is_content_type(&parts.headers, "application/x-www-form-urlencoded") {
        return desk.fail(&Error::UnsupportedMediaType);
    }
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else { return desk.fail(&Error::TooLarge) };
    // What the address says of it is not said twice.
    let mut fields: Vec<(String, String)> =
        path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let named: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
    fields.extend(parse(&body).into_owned().filter(|(name, _)| !named.contains(name)));
    let result = match decode::<F>(&fields) {
        Ok(change) => run(&console, &caller, change).await,
        Err(error) => Err(error),
    };
    let url = parts.uri.path_and_query().map_or("/", |place| place.as_str());
    let screen = paths::screen_of(parts.uri.path(), parts.uri.query().unwrap_or_default());
    match result {
        Ok(Done::Said(said)) => lead(&console, &screen, &said),
        Ok(Done::Elsewhere { to, said }) => lead(&console, &to, &said),
        Ok(shown) => answer(&console, caller, url, StatusCode::CREATED, FormOutcome::Done(shown)).await,
        Err(Error::SignInAgain) => (Extension(NeedsSignIn), desk.fail(&Error::SignInAgain)).into_response(),
        Err(error) => {
            fields.retain(|(name, _)| !NEVER_SHOWN.contains(&name.as_str()));
            let (status, after) = (status_of(&error), retry_after(&error));
            let outcome = FormOutcome::Refused { change: F::PATH, fields, error };
            let mut response = answer(&console, caller, url, status, outcome).await;
            response.headers_mut().extend(after.map(|after| (header::RETRY_AFTER, after)));
            response
        }
    }
}

/// Leads on, and lets the next page say this once.
fn lead(console: &Console, to: &str, said: &str) -> Response {
    (cookies::say_once(said, console.entrance.secure), Redirect::to(to)).into_response()
}

fn decode<F: Change>(fields: &[(String, String)]) -> Result<F, Error> {
    let text = Serializer::new(String::new()).extend_pairs(fields).finish();
    serde_html_form::from_str::<F::Form>(&text).map(F::from).map_err(|_| Error::Malformed)
}

/// In a context of its own, like that of a call.
async fn run<F: Change>(console: &Console, caller: &Caller, change: F) -> Result<Done, Error> {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(Service::clone(&console.service));
        provide_context(caller.clone());
    });
    let call = owner.with(|| leptos::reactive::computed::ScopedFuture::new(change.run_body()));
    call.await
}

/// A page that only receives forms: whoever opens its address is led to the one they belong to.
pub async fn elsewhere(request: Request) -> Response {
    Redirect::to(&paths::screen_of(request.uri().path(), "")).into_response()
}
