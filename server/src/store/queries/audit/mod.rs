//! The audit log.

pub mod archive;
pub mod events;
pub mod list;

use super::*;
