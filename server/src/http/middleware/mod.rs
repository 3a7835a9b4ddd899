//! Middleware that every request passes on its way to a route.

pub mod body;
pub mod head;
