//! Storage of the audit log: lines are added and read, never changed.

use super::StoreError;
use crate::domain::{AuditFilter, AuditLine, Event};
use async_trait::async_trait;

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
}
