//! The pipeline around every handler: the router, its middleware, who is signed in, what page handlers share, and how
//! answers are drawn.

pub mod assets;
pub mod auth;
pub mod cookies;
pub mod csv;
pub mod extract;
pub mod middleware;
pub mod render;
pub mod router;
