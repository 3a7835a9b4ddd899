//! Until all documents are screens: what every handler of a document needs: who asks and from where, the frame of the answer, and the forms that
//! people send.

use crate::{
    console::continue_form::NeedsSignIn,
    extract::visit,
    guard::is_content_type,
    render::{document, retry_after, status_of},
    router::Console,
};
use app::{
    documents::{Frame, failed, not_found},
    domain::{Caller, Error, Visit, WorkspaceName},
    paths,
};
use axum::{
    extract::{Extension, FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{Form, Query};
use leptos::nonce::Nonce;
use serde::de::DeserializeOwned;
use std::convert::Infallible;

pub struct Desk {
    pub console: Console,
    pub visit: Visit,
    pub frame: Frame,
}

impl FromRequestParts<Console> for Desk {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Caller>().cloned();
        // What the workspace is called is nothing that a stranger is told.
        let workspace = match caller {
            Some(_) => console.service.workspace_name().await,
            None => WorkspaceName::default(),
        };
        let demonstration = console.entrance.demonstration();
        let frame = Frame { caller, workspace, nonce: Nonce::new().to_string(), demonstration };
        Ok(Self { console: console.clone(), visit: visit(parts), frame })
    }
}

impl Desk {
    /// Whoever is signed in. Routes behind the sign-in always have somebody.
    pub fn caller(&self) -> Result<&Caller, Error> {
        self.frame.caller.as_ref().ok_or(Error::SignedOut)
    }

    pub fn show(&self, status: StatusCode, html: String) -> Response {
        document(status, &self.frame.nonce, html)
    }

    /// A page that was refused, with its form shown again.
    pub fn refuse(&self, error: &Error, html: String) -> Response {
        let mut response = self.show(status_of(error), html);
        if let Some(after) = retry_after(error) {
            response.headers_mut().insert(header::RETRY_AFTER, after);
        }
        response
    }

    /// An error that takes the place of the page.
    pub fn fail(&self, error: &Error) -> Response {
        match error {
            Error::SignedOut => Redirect::to(paths::SIGN_IN).into_response(),
            Error::SignInAgain => {
                (Extension(NeedsSignIn), self.refuse(error, failed(&self.frame, error))).into_response()
            }
            _ => self.refuse(error, failed(&self.frame, error)),
        }
    }

    pub fn not_found(&self) -> Response {
        self.show(StatusCode::NOT_FOUND, not_found(&self.frame))
    }
}

/// What the query of an address asks for. Fields that nobody knows are passed over: others may have added them.
pub struct Wanted<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Console> for Wanted<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Console) -> Result<Self, Response> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(wanted)) => Ok(Self(wanted)),
            Err(_) => match Desk::from_request_parts(parts, console).await {
                Ok(desk) => Err(desk.fail(&Error::Malformed)),
                Err(never) => match never {},
            },
        }
    }
}

/// A form as a browser sends it: `application/x-www-form-urlencoded`, with the fields that are asked for and no
/// others.
pub struct Sent<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Console> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let desk = match Desk::from_request_parts(&mut parts, console).await {
            Ok(desk) => desk,
            Err(never) => match never {},
        };
        if !is_content_type(&parts.headers, "application/x-www-form-urlencoded") {
            return Err(desk.fail(&Error::UnsupportedMediaType));
        }
        match Form::from_request(Request::from_parts(parts, body), &()).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(_) => Err(desk.fail(&Error::Malformed)),
        }
    }
}
