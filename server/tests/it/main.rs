//! One test binary, laid out like the code. `contract` holds the store to its port; the other modules call the real
//! router on a real database file. `support` has the shared helpers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

#[macro_use]
mod engine;

mod cli;
mod console;
mod contract;
mod http_api;
mod store;
mod support;
mod wire;
