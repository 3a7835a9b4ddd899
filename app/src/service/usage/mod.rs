//! Uses of tokens: counted, written and shown.

mod overview;
mod record;
pub(super) mod uses;

pub use uses::UseHealth;
