//! The console's entry to the service: typed loads and changes. Each parses no more than it has to, calls the service,
//! and answers; decisions are made in the service.

mod accounts;
mod ahead;
mod audit;
mod catalogue;
mod change;
mod codec;
mod factors;
mod load;
mod people;
mod profile;
mod reference;
#[cfg(feature = "ssr")]
mod request;
mod token_changes;
mod token_prompts;
mod tokens;
mod usage;
mod webhooks;
mod workspace;

pub use accounts::*;
pub use ahead::loads_of;
pub use audit::*;
pub use catalogue::*;
pub use change::Change;
pub(crate) use change::change;
pub use factors::*;
pub use load::{Answers, Json, Load, load};
pub use people::*;
pub use profile::*;
pub use reference::*;
#[cfg(feature = "ssr")]
pub use request::*;
pub use token_changes::*;
pub use token_prompts::*;
pub use tokens::*;
pub use usage::*;
pub use webhooks::*;
pub use workspace::*;

use crate::domain::Error;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Errors between the browser and a server function, in the words of the domain.
impl FromServerFnError for Error {
    type Encoder = codec::Json;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // Only the server decodes this way: these are arguments that it cannot read.
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Malformed,
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            _ => Self::Unavailable,
        }
    }

    /// On its way to the browser, an error gives the response its status.
    #[cfg(feature = "ssr")]
    fn ser(&self) -> leptos::server_fn::Bytes {
        set_status(self.status());
        serde_json::to_string(self).unwrap_or_default().into()
    }
}
