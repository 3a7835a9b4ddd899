//! Storage of uses.

pub(super) mod activity;
pub(super) mod uses;

pub use activity::ActivityStore;
pub use uses::{LatestUse, UseCount, UseStore};
