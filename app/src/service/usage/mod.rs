//! Uses of tokens: counted, written and shown.

mod activity;
mod overview;
pub(super) mod uses;

pub use uses::UseHealth;
