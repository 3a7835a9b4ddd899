//! The queries, written once for all engines: lower-case SQL with `$n`, milliseconds, booleans. SQL that differs
//! between engines is in the engine's `dialect`. Every engine module provides the same names: `Db`, `Engine`,
//! `failed`.

// In this order: each uses macros of the one before.
#[macro_use]
pub mod people;
#[macro_use]
pub mod tokens;

pub mod accounts;
pub mod audit;
pub mod budgets;
pub mod catalogue;
pub mod copy;
pub mod endings;
pub mod heartbeat;
pub mod names;
pub mod nodes;
pub mod notices;
pub mod outbox;
pub mod upgrade;
pub mod usage;
pub mod verify;
pub mod webhooks;
pub mod workspace;

use super::*;
