//! The audit log.

pub mod events;
pub mod list;

use super::*;
