//! The audit log: events, how they are found and told.

mod event;
mod form;
mod words;

pub use event::{AuditFilter, AuditLine, Event, EventKind};
pub use form::{AuditData, AuditForm, LogLine, LogPage};
