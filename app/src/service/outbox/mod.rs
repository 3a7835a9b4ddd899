//! What leaves this machine by itself: lines of the audit log, to whoever follows it.

mod lines;
mod mail;
mod webhooks;
mod worker;

pub use worker::{Carrier, Outbox, Parcel, Posted, Unsent};

use worker::BATCH;

use super::ChainRow;
use crate::domain::AuditLine;

/// A line of the audit log: as it is shown, and as it is stored.
pub type WrittenLine = (AuditLine, ChainRow);
