//! The screens, by what they are about: one component each, with the prompts over it beside it.

pub mod people;
pub mod profile;
pub mod audit;
pub mod catalogue;
pub mod tokens;
pub mod usage;
pub mod workspace;

use crate::components::failed;
use crate::domain::Error;
use leptos::prelude::*;

/// No prompt is open.
pub fn no_prompt() -> AnyView {
    ().into_any()
}

pub fn not_found() -> AnyView {
    #[cfg(feature = "ssr")]
    crate::server_fns::set_status(404);
    failed(&Error::NoSuchRoute, Callback::new(|()| ()))
}
