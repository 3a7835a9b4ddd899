//! The queries, written once for all engines: lower-case SQL with `$n`, milliseconds, booleans. What an engine has to say in
//! its own words is in its `dialect`, and comes through the names that every engine module has: `Db`, `Engine`, `failed`.

// In this order: each uses macros of the one before.
#[macro_use]
pub mod people;
#[macro_use]
pub mod tokens;

pub mod audit;
pub mod catalogue;
pub mod heartbeat;
pub mod names;
pub mod upgrade;
pub mod usage;
pub mod verify;
pub mod workspace;

use super::*;
