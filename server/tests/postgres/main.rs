//! The contract of the store and every test of the router once more, on PostgreSQL: the same files, with another
//! `engine`. And what only several nodes can show.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "a test stops at the first surprise; some helpers are for the other engine's tests"
)]

#[macro_use]
mod engine;
mod server_process;

#[path = "../it/console/mod.rs"]
mod console;
#[path = "../it/contract/mod.rs"]
mod contract;
#[path = "../it/http_api/mod.rs"]
mod http_api;
mod nodes;
#[path = "../it/support/mod.rs"]
mod support;
