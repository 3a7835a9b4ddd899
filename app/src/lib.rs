//! Tokenry, compiled twice: with `ssr` into the server, with `hydrate` into the browser's WASM.
//!
//! - [`domain`]: the rules, pure.
//! - `service`: every use case (server only).
//! - [`api`]: door one, the server functions.
//! - `pages`, `components`, `ui`: what people see; a page arranges components, a component speaks the domain,
//!   a `ui` widget could live in anyone's library.
//! - [`paths`]: every URL. `browser`: the only file that touches the browser.
//!
//! This file alone decides what is compiled where.

// Deep view trees need deep types.
#![recursion_limit = "256"]

pub mod api;
mod app;
mod browser;
mod components;
pub mod domain;
mod pages;
pub mod paths;
mod posted;
#[cfg(feature = "ssr")]
pub mod service;
mod shell;
mod ui;

pub use app::App;
pub use posted::Posted;
pub use shell::shell;
