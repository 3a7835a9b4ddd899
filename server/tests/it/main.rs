//! One test binary, laid out like the house: `contract` holds the store to its port, the others knock on the
//! real router over a real database file. `support` is how they do it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod contract;
mod forms;
mod guard;
mod opening;
mod pages;
mod server_fns;
mod support;
mod tls;
mod wire;
