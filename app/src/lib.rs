//! Tokenry, compiled twice: with `ssr` into the server, with `hydrate` into the browser's WASM.
//!
//! - [`domain`]: the rules, pure.
//! - `service`: every use case (server only).
//! - [`server_fns`]: the console's entry to the service.
//! - `pages`, `components`, `ui`: the user interface; a page arranges components, a component knows the domain, a `ui`
//!   widget could live in anyone's library.
//! - [`paths`]: every URL. `client`: the only place that touches the browser.
//!
//! This file alone decides what is compiled where.

// Deep view trees need deep types.
#![recursion_limit = "256"]

mod app;
#[cfg_attr(
    feature = "ssr",
    allow(dead_code, unused_imports, reason = "the server renders; only the browser acts")
)]
mod client;
#[cfg_attr(
    not(feature = "ssr"),
    allow(dead_code, unused_imports, reason = "the server draws all; the browser, what it needs")
)]
mod components;
pub mod domain;
mod form_outcome;
#[cfg(feature = "hydrate")]
mod hydrate;
mod page_context;
mod pages;
pub mod paths;
pub mod server_fns;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod shell;
#[cfg_attr(
    not(feature = "ssr"),
    allow(dead_code, unused_imports, reason = "the server draws all; the browser, what it needs")
)]
mod ui;

pub use app::App;
pub use components::TitleCell;
pub use form_outcome::FormOutcome;
#[cfg(feature = "hydrate")]
pub use hydrate::{hydrate, mount};
pub use page_context::{FILLED_IN_BY, PageContext, UNATTENDED};
#[cfg(feature = "ssr")]
pub use pages::sign_in;
#[cfg(feature = "ssr")]
pub use shell::{TITLE, shell};
