//! The audit log: lines are begun, read and checked, and archived.

mod archive;
pub(super) mod event;
mod log;

pub use log::{AuditHead, AuditPage, AuditReport};
