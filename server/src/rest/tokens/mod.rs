//! `/v1/tokens`: scripts create, read and change tokens here.

pub(super) mod conditions;
pub(super) mod endpoints;
pub(super) mod family_json;
pub mod json;
pub(super) mod state_json;
pub(super) mod transfer;

pub use endpoints::{create, delete, disable, edit, enable, list, read, rotate};
pub use transfer::transfer;

pub const REPLAYED: &str = "This was done before with the same Idempotency-Key, and nothing was done now. The secret was in \
    the first answer, and is nowhere else.";
