//! The audit log: its events, the search for them, and their wording.

mod event;
mod form;
mod words;

pub use event::{AuditFilter, AuditLine, Event, EventKind};
pub use form::{ArchivedLines, AuditData, AuditForm, LogLine, LogPage};
