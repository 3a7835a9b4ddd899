//! Door one: the server functions. Each parses nothing it need not, calls one method of the service, and
//! answers; what they decide is decided downstairs.

mod tokens;
mod wire;

pub use tokens::{create_token, delete_token, edit_token, load_prompt, load_tokens};

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
    use crate::{Posted, domain::Error, service::Service};
    use leptos::prelude::{expect_context, use_context};
    use leptos_axum::ResponseOptions;

    /// The service that the server put into this request's context.
    pub fn service() -> Service {
        expect_context()
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
    /// In the browser, no page answers a plain form.
    pub fn posted() -> Option<crate::Posted> {
        None
    }

    /// The browser has shown the page already; its status was the server's business.
    pub fn set_status(_status: u16) {}
}

pub use request::*;
