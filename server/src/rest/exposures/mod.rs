//! Exposed secrets: whoever has found one reports it, and GitHub has a way of its own.

mod found;
mod github;

pub use found::*;
pub use github::*;
