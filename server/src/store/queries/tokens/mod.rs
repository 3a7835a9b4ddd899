//! Tokens: their rows, lists and changes.

// First, since others use its macro.
#[macro_use]
pub mod row;

pub mod end;
pub mod exchange;
pub mod exposure;
pub mod family;
pub mod idempotency;
pub mod import;
pub mod list;
pub mod list_text;
pub mod metadata;
pub mod permissions;
pub mod power;
pub mod record;
pub mod restore;
pub mod rotation;
pub mod search;
pub mod table;

use super::*;
