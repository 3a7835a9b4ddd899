//! Storage of uses.

pub(super) mod token_usage;
pub(super) mod uses;

pub use token_usage::UsageStore;
pub use uses::{LatestUse, UseCount, UseStore};
