//! `/v1/tokens`: tokens, made, read and changed by scripts.

pub(super) mod conditions;
pub(super) mod endpoints;
pub(super) mod family_json;
pub mod json;

pub use endpoints::{create, delete, disable, edit, enable, list, read, rotate};
