//! The screens by subject: one component each, with the prompts over it beside it.

pub mod accounts;
mod audit;
mod by_path;
pub mod catalogue;
mod frame;
mod page;
pub mod people;
pub mod profile;
pub mod reference;
#[cfg(feature = "ssr")]
pub mod sign_in;
pub mod tokens;
pub mod usage;
pub mod webhooks;
pub mod workspace;

pub use page::Page;
#[cfg(feature = "hydrate")]
pub use page::fetch_pages;

use crate::components::{Shell, failed};
use crate::domain::Error;
use crate::ui::effect;
use leptos::prelude::*;

pub fn not_found() -> AnyView {
    let shell = Shell::here();
    shell.set_screen_title("Page not found".to_owned());
    effect(move || request_animation_frame(move || shell.arrive(shell.back())));
    #[cfg(feature = "ssr")]
    crate::server_fns::set_status(404);
    failed(&Error::NoSuchRoute, Callback::new(|()| ()))
}
