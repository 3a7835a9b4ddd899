//! The pipeline around every handler: the router, its middleware, authentication, what page handlers share, and the
//! rendering of answers.

pub mod assets;
pub mod auth;
pub mod cookies;
pub mod csv;
pub mod extract;
pub mod middleware;
pub mod render;
pub mod router;
