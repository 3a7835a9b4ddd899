//! Moving the oldest lines of the audit log into an archive. The command line writes the file; here, its lines are
//! read, and cut off once it is whole.

use super::AuditHead;
use crate::domain::{ArchivedLines, Caller, Error, EventKind, Field, Timestamp};
use crate::service::{AuditStart, Service, WrittenLine};
use serde_json::json;

impl Service {
    /// Where the audit log begins in the data.
    pub async fn audit_start(&self) -> Result<AuditStart, Error> {
        Ok(self.store.audit_start().await?)
    }

    /// The lines that are in archives, if there are any.
    pub(super) async fn archived(&self) -> Result<Option<ArchivedLines>, Error> {
        let AuditStart { after, cut_at, .. } = self.store.audit_start().await?;
        Ok(cut_at.map(|at| ArchivedLines { until: after.id, at }))
    }

    /// The last line before a day, written `2026-11-23`, which must have begun.
    pub async fn last_line_before(&self, day: &str) -> Result<i64, Error> {
        let refuse = |detail: &str| Error::field(Field::Cursor, "malformed", detail);
        let day = Timestamp::of_day(day.trim()).ok_or_else(|| refuse("Write days as 2026-11-23."))?;
        if day > self.clock.now() {
            return Err(refuse("Choose a day in the past: lines are archived up to the day before."));
        }
        Ok(self.store.last_line_before(day).await?)
    }

    /// The next lines for an archive, in the order in which they were written: as they are shown, and as they are
    /// stored.
    pub async fn lines_to_archive(&self, after: i64, last: i64) -> Result<Vec<WrittenLine>, Error> {
        self.lines_after(after, u32::try_from(last - after).unwrap_or(u32::MAX)).await
    }

    /// Cuts off the lines of an archive that is whole and on the disk. `sha256` is the digest of its file.
    pub async fn cut_audit(&self, after: &AuditHead, last: &AuditHead, sha256: &str) -> Result<(), Error> {
        let lines = last.id - after.id;
        let details = json!({ "last_line": last.id, "lines": lines, "sha256": sha256 });
        let event = self.event(&Caller::operator(), EventKind::AuditArchived).with(&details);
        Ok(self.store.cut_audit(after, last, &event).await?)
    }
}
