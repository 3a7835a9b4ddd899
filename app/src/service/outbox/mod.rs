//! What leaves this machine by itself: lines of the audit log, to whoever follows it.

mod lines;
mod worker;

pub use worker::{Carrier, Outbox};

use super::ChainRow;
use crate::domain::AuditLine;

/// A line of the audit log: as it is shown, and as it is stored.
pub type WrittenLine = (AuditLine, ChainRow);
