//! The decision, by all the ways that ask for it: `/v1/verify`, `/oauth` and `/forward-auth`.

pub(super) mod client_auth;
pub mod endpoints;
pub mod forward_auth;
pub mod oauth;
pub mod oauth_error;
pub(super) mod oauth_form;

pub use endpoints::{batch, one};

/// How a client may authenticate to introspect: methods of clients, and a type of access tokens.
pub const INTROSPECTION_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "Bearer"];
