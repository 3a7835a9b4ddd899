//! Door one: the server functions. Each parses nothing it need not, calls one method of the service, and
//! answers; what they decide is decided downstairs.

mod tokens;
mod wire;

pub use tokens::{TableHtml, create_token, delete_token, edit_token, load_prompt, load_table};

use crate::domain::Error;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// What goes wrong between the browser and a server function, in the words of the domain.
impl FromServerFnError for Error {
    type Encoder = wire::WireJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::Malformed,
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Deserialization(_) => Self::Unreachable,
            _ => Self::Unavailable,
        }
    }
}

#[cfg(feature = "ssr")]
mod request {
    use crate::{
        Posted,
        domain::{Caller, Error, Role},
        service::Service,
    };
    use leptos::prelude::{expect_context, use_context};
    use leptos_axum::ResponseOptions;

    /// The service that the server put into this request's context.
    pub fn service() -> Service {
        expect_context()
    }

    /// Who asks, as the server found out from the request's cookie.
    pub fn caller() -> Result<Caller, Error> {
        use_context().ok_or(Error::SignedOut)
    }

    /// What the person who looks at this page may do.
    pub fn role() -> Role {
        caller().map_or(Role::Viewer, |caller| caller.role)
    }

    /// Gives the response the status that belongs to the result.
    pub fn answer<T>(result: Result<T, Error>) -> Result<T, Error> {
        result.inspect_err(|error| set_status(error.status()))
    }

    /// What the post of a plain form led to, if this page answers one.
    pub fn posted() -> Option<Posted> {
        use_context()
    }

    pub fn set_status(status: u16) {
        if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), status.try_into()) {
            response.set_status(status);
        }
    }
}

#[cfg(not(feature = "ssr"))]
mod request {
    /// What the server has written into the document about the person.
    pub fn role() -> crate::domain::Role {
        crate::browser::attribute("data-role").parse().unwrap_or(crate::domain::Role::Viewer)
    }

    /// In the browser, no page answers a plain form.
    pub fn posted() -> Option<crate::Posted> {
        None
    }
}

pub use request::*;
