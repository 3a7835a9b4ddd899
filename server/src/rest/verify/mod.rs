//! The decision, by all the ways that ask for it: `/v1/verify`, `/oauth` and `/forward-auth`.

pub(super) mod client_auth;
pub mod endpoints;
pub mod forward_auth;
pub mod oauth;

pub use endpoints::{batch, one};
