//! Storage of the audit log: lines are added and read, never changed. The oldest can be cut off, once they are in an
//! archive.

use super::StoreError;
use crate::domain::{AuditFilter, AuditLine, Event, Timestamp};
use crate::service::AuditHead;
use async_trait::async_trait;
use uuid::Uuid;

/// Where the audit log begins in the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditStart {
    pub installation: Uuid,
    /// The last line that was cut off; line zero, with an empty link, if none was.
    pub after: AuditHead,
    /// When lines were last cut off.
    pub cut_at: Option<Timestamp>,
}

/// A line as it is stored, with the link that ties it to the line before.
#[derive(Clone, Debug)]
pub struct ChainRow {
    pub id: i64,
    pub event: Event,
    /// As stored: it may be of a kind that this version does not know.
    pub kind: String,
    pub link: Vec<u8>,
}

#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Adds a line about something that changes nothing else.
    async fn record(&self, event: &Event) -> Result<(), StoreError>;

    /// Up to `limit` lines that the filter lets through, older than the line `before`, the newest first.
    async fn audit_lines(
        &self,
        filter: &AuditFilter,
        before: i64,
        limit: u32,
    ) -> Result<Vec<AuditLine>, StoreError>;

    /// The number and the link of the last line.
    async fn last_link(&self) -> Result<Option<(i64, Vec<u8>)>, StoreError>;

    /// Up to `limit` lines after the line `after`, in the order in which they were written.
    async fn chain(&self, after: i64, limit: u32) -> Result<Vec<ChainRow>, StoreError>;

    async fn audit_start(&self) -> Result<AuditStart, StoreError>;

    /// The number of the last line before the first one of this day or a later one.
    async fn last_line_before(&self, day: Timestamp) -> Result<i64, StoreError>;

    /// Cuts off all lines up to `last` and adds a line that says so. What they say about who created a token, and for
    /// whom a reset link was made, is still told. [`StoreError::Outdated`] if the log does not begin after `after` any
    /// more, or `last` is not one of its lines.
    async fn cut_audit(&self, after: &AuditHead, last: &AuditHead, event: &Event) -> Result<(), StoreError>;
}
