//! Extractors and answers for handlers of pages: who asks and from where, the forms and queries that they send, and
//! the answers that are pages.

use crate::{
    http::middleware::head::{FORM, is_content_type},
    http::render::{self, retry_after, status_of},
    net::client_ip::ClientAddress,
    state::AppState,
};
use app::{
    domain::{Caller, Error, Visit},
    paths,
    sign_in::{Demonstration, WhatNext, failed},
};
use axum::{
    extract::{Extension, FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{Form, Query};
use serde::de::DeserializeOwned;
use std::convert::Infallible;

pub struct Page {
    pub state: AppState,
    pub visit: Visit,
    /// The signed-in caller. Routes behind the sign-in always have one.
    pub caller: Option<Caller>,
    uri: Uri,
    is_reading: bool,
}

impl FromRequestParts<AppState> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(state, parts))
    }
}

impl Page {
    pub fn of(state: &AppState, parts: &Parts) -> Self {
        Self {
            state: state.clone(),
            visit: visit(parts),
            caller: parts.extensions.get::<Caller>().cloned(),
            uri: parts.uri.clone(),
            is_reading: parts.method.is_safe(),
        }
    }

    pub fn demonstration(&self) -> Option<Demonstration> {
        self.state.demonstration()
    }

    /// The path and query that were asked for.
    pub fn url(&self) -> &str {
        self.uri.path_and_query().map_or("/", |place| place.as_str())
    }

    /// The screen that the path and query belong to.
    pub fn screen(&self) -> String {
        paths::screen_of(self.uri.path(), self.uri.query().unwrap_or_default())
    }

    /// A page outside the console, which is not hydrated.
    pub fn show(&self, status: StatusCode, html: String) -> Response {
        render::plain_page(status, html)
    }

    /// Like [`Page::show`], for a form that was refused: with the status of the error and its `Retry-After`.
    pub fn refuse(&self, error: &Error, html: String) -> Response {
        let mut response = self.show(status_of(error), html);
        response.headers_mut().extend(retry_after(error).map(|after| (header::RETRY_AFTER, after)));
        response
    }

    /// Draws an error in place of the page; for somebody who is signed in, inside the console.
    pub async fn fail(&self, error: &Error) -> Response {
        match (error, &self.caller) {
            (_, Some(caller)) => {
                let (caller, url) = (caller.clone(), self.screen());
                render::failed(&self.state, caller, &url, error, !self.is_reading).await
            }
            (Error::SignedOut, None) => Redirect::to(paths::SIGN_IN).into_response(),
            _ => {
                let again = self.is_reading && error.is_passing();
                let again = again.then(|| WhatNext::TryAgain { url: self.url().to_owned() });
                self.fail_with(error, &again.unwrap_or(WhatNext::SignIn))
            }
        }
    }

    /// Draws an error for somebody who is not signed in.
    pub fn fail_with(&self, error: &Error, next: &WhatNext) -> Response {
        self.refuse(error, failed(self.demonstration(), error, next))
    }
}

/// Extractor for the signed-in caller.
pub struct SignedIn(pub Caller);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, PageError> {
        parts.extensions.get().cloned().map(Self).ok_or(PageError(Error::SignedOut))
    }
}

/// An error in place of a page. Handlers return it with `?`; [`draw_errors`] draws it.
#[derive(Clone, Debug)]
pub struct PageError(pub Error);

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        (status_of(&self.0), Extension(self)).into_response()
    }
}

/// Middleware that draws the errors of all handlers below it, for the caller of the request. Cookies that were set
/// stay set.
pub async fn draw_errors(State(_): State<AppState>, page: Page, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let Some(PageError(error)) = response.extensions().get() else { return response };
    let mut drawn = page.fail(error).await;
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        drawn.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    drawn
}

/// The origin of a request: its client address, user agent and id, and whether another site led to it.
pub fn visit(parts: &Parts) -> Visit {
    let text = |headers: &HeaderMap, name: &str| {
        headers
            .get(name)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .unwrap_or_default()
    };
    Visit {
        address: parts.extensions.get::<ClientAddress>().map(|from| from.0.to_string()).unwrap_or_default(),
        client: text(&parts.headers, header::USER_AGENT.as_str()),
        request_id: text(&parts.headers, "x-request-id"),
        is_led_here: is_led_here(&parts.headers),
    }
}

/// Was the request led here by another site? Browsers say whether a page of this site asked, or a person (a typed
/// address, a bookmark); other clients say nothing.
fn is_led_here(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| !["same-origin", "none"].iter().any(|own| site == own))
}

/// The query of the URL. Unknown fields are ignored: others may have added them.
pub struct PageQuery<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for PageQuery<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, PageError> {
        let query = Query::try_from_uri(&parts.uri).map_err(|_| Error::Malformed)?;
        Ok(Self(query.0))
    }
}

/// A form as a browser sends it: `application/x-www-form-urlencoded`, with the fields that are asked for and no
/// others.
pub struct PageForm<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequest<AppState> for PageForm<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, PageError> {
        if !is_content_type(request.headers(), FORM) {
            return Err(Error::UnsupportedMediaType.into());
        }
        let form = Form::from_request(request, &()).await.map_err(|_| Error::Malformed)?;
        Ok(Self(form.0))
    }
}
