//! Tokenry, compiled twice: with `ssr` into the server, with `hydrate` into the browser's WASM.
//!
//! - [`domain`]: the rules, pure.
//! - `service`: every use case (server only).
//! - [`api`]: door one, the server functions.
//! - `documents`: the screens that are written by the server and not hydrated (server only).
//! - `pages`, `components`, `ui`: what people see; a page arranges components, a component speaks the domain,
//!   a `ui` widget could live in anyone's library.
//! - [`paths`]: every URL. `browser`: the only file that touches the browser.
//!
//! This file alone decides what is compiled where.

// Deep view trees need deep types.
#![recursion_limit = "256"]

pub mod api;
mod app;
#[cfg_attr(feature = "ssr", allow(dead_code, reason = "the server renders; only the browser acts"))]
mod browser;
#[cfg_attr(
    not(feature = "ssr"),
    allow(dead_code, unused_imports, reason = "documents use all; the browser, what it draws")
)]
mod components;
#[cfg(feature = "ssr")]
pub mod documents;
pub mod domain;
mod pages;
pub mod paths;
mod posted;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
mod shell;
#[cfg_attr(
    not(feature = "ssr"),
    allow(dead_code, unused_imports, reason = "documents use all; the browser, what it draws")
)]
mod ui;
#[cfg(feature = "hydrate")]
mod wake;

pub use app::App;
pub use posted::Posted;
#[cfg(feature = "ssr")]
pub use shell::shell;
#[cfg(feature = "hydrate")]
pub use wake::wake_up;
