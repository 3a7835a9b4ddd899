//! The context of a server function: its request, and the URL that it reads for.

use crate::{
    domain::{ApiReference, Caller, Error, Role},
    service::{BrowserKeys, Service, SignedIn},
};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use std::sync::{Arc, Mutex, PoisonError};

/// The beginning of links: `https://tokens.example.com`.
#[derive(Clone, Debug)]
pub struct Origin(pub String);

/// The keys that the caller's browser has sent, and those that it has to keep from now on. The server makes cookies of
/// them.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    brought: BrowserKeys,
    kept: Arc<Mutex<Option<SignedIn>>>,
}

impl Keyring {
    pub fn new(brought: BrowserKeys) -> Self {
        Self { brought, kept: Arc::default() }
    }

    pub fn brought(&self) -> BrowserKeys {
        self.brought.clone()
    }

    pub fn keep(&self, keys: SignedIn) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(keys);
    }

    pub fn take_kept(&self) -> Option<SignedIn> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The keys of the browser that this request comes from.
pub fn keyring() -> Keyring {
    use_context().unwrap_or_default()
}

/// An absolute URL of this installation, for somebody who is not here.
pub fn address(path: &str) -> String {
    let Origin(origin) = expect_context();
    origin + path
}

pub use crate::service::{Restored, Terms};

/// The service that the server put into this request's context.
pub fn service() -> Service {
    expect_context()
}

/// The caller, as the server determined from the request's cookie.
pub fn caller() -> Result<Caller, Error> {
    use_context().ok_or(Error::SignedOut)
}

/// The API reference of this installation, as the server has written it.
pub fn api_reference() -> ApiReference {
    use_context::<Arc<ApiReference>>().map(|reference| ApiReference::clone(&reference)).unwrap_or_default()
}

/// The role of the current person; `Viewer` if nobody is signed in.
pub fn role() -> Role {
    caller().map_or(Role::Viewer, |caller| caller.role)
}

/// Gives the response the status that belongs to the result.
pub fn answer<T>(result: Result<T, Error>) -> Result<T, Error> {
    result.inspect_err(|error| set_status(error.status()))
}

pub fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), status.try_into()) {
        response.set_status(status);
    }
}

/// The URL that a load reads: that of its screen or prompt.
pub struct At<'a> {
    path: &'a str,
    query: &'a str,
}

impl<'a> At<'a> {
    pub fn new(url: &'a str) -> Self {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        Self { path, query }
    }

    /// The segment of the path after this one: an id, or a name.
    pub fn after(&self, segment: &str) -> &'a str {
        let mut segments = self.path.split('/');
        segments.find(|part| *part == segment);
        segments.next().unwrap_or_default()
    }

    /// The fields of the query, decoded.
    pub fn query(&self) -> impl Iterator<Item = (String, String)> + use<'a> {
        url::form_urlencoded::parse(self.query.as_bytes()).into_owned()
    }

    /// The first field of this name.
    pub fn field(&self, name: &str) -> Option<String> {
        self.query().find(|(field, _)| field == name).map(|(_, value)| value)
    }
}
