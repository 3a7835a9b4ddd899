//! Lines of the audit log in the order in which they were written, for whoever has those before.

use super::WrittenLine;
use crate::domain::{AUDIT_BATCH, AuditFilter, Caller, Error};
use crate::service::{AuditHead, FollowerKind, Service};

impl Service {
    /// Up to `most` lines after the line `after`: as they are shown, and as they are stored.
    pub async fn lines_after(&self, after: i64, most: u32) -> Result<Vec<WrittenLine>, Error> {
        let rows = self.store.chain(after, most.min(AUDIT_BATCH)).await?;
        let Some(last) = rows.last() else { return Ok(Vec::new()) };
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let reading = self.reading(&Caller::operator()).await?;
        let mut lines = reading.audit_lines(&AuditFilter::default(), last.id + 1, count).await?;
        lines.reverse();
        Ok(lines.into_iter().zip(rows).collect())
    }

    /// Begins to send to the one follower of this kind, unless that was begun before: the whole log to the standard
    /// output, what happens from now on by mail.
    pub async fn begin_to_follow(&self, kind: FollowerKind) -> Result<(), Error> {
        let line = match kind {
            FollowerKind::Mail => self.store.last_link().await?.map_or(0, |(line, _)| line),
            FollowerKind::Output | FollowerKind::Webhook => self.store.audit_start().await?.after.id,
        };
        Ok(self.store.begin_to_follow(kind, line).await?)
    }

    /// Whether a reader who has the lines up to this one can go on with the data: it has the line, or begins after it.
    pub async fn goes_on_after(&self, head: &AuditHead) -> Result<bool, Error> {
        let start = self.store.audit_start().await?.after;
        if head.id <= start.id {
            return Ok(*head == start);
        }
        let stored = self.store.chain(head.id - 1, 1).await?;
        Ok(stored.first().is_some_and(|row| (row.id, &row.link) == (head.id, &head.link)))
    }
}
