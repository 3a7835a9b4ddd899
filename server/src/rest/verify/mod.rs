//! The endpoints that ask for the decision on a secret: `/v1/verify`, `/oauth` and `/forward-auth`.

pub(super) mod client_auth;
pub mod endpoints;
pub mod exchange;
pub mod forward_auth;
pub mod oauth;
pub mod oauth_error;
pub(super) mod oauth_form;

pub use endpoints::{batch, one};

/// The ways to authenticate for introspection: two client authentication methods, and an access token type.
pub const INTROSPECTION_METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "Bearer"];
