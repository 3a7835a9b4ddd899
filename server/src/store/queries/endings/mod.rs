//! The memory of what has ended: it stays ended, even if a backup is put back that does not know of it.
//!
//! Every line of the audit log by which something ends is also kept in a journal beside the database, before it is
//! acknowledged. At its start, and whenever the data turns out to be another one than was known, a server looks for the
//! last of these lines in the data. What the data does not know of is ended again.

mod replay;

use super::Engine;
use crate::store::journal::{DamagedJournal, JournalError, Line};
use app::{
    domain::{EventKind, PersonId, TokenId},
    service::{Clock, HeartbeatStore, StoreError, SystemClock, in_hex},
};
use sqlx::Row;
use uuid::Uuid;

/// Most lines that are read at once.
const BATCH: i64 = 500;

impl Engine {
    /// Keeps the lines in the journal that it has not got yet. A journal that cannot be written ends nothing less: the
    /// log says so, and the lines follow with the next change, or at the next start.
    pub async fn keep_endings(&self) {
        if !self.journal.has_begun() {
            return;
        }
        if let Err(cause) = self.write_endings().await
            && !self.quick.is_closed()
        {
            tracing::error!(%cause, "the journal of endings cannot be written; a backup that is put back now would not know of the last ones");
        }
    }

    async fn write_endings(&self) -> Result<(), JournalError> {
        let mut last = self.journal.read_until()?;
        loop {
            let (lines, read) = self.endings_after(last).await.map_err(JournalError::of)?;
            self.journal.append(lines).await?;
            let Some(read) = read else { return Ok(()) };
            self.journal.note_read(read);
            last = read;
        }
    }

    /// The lines after this one by which something ends, and the last line that was read, if there was any.
    async fn endings_after(&self, after: i64) -> Result<(Vec<Line>, Option<i64>), sqlx::Error> {
        let rows = sqlx::query(
            "select id, at, kind, token_id, person_id, details, link from event where id > $1 order by id limit $2",
        )
        .bind(after)
        .bind(BATCH)
        .fetch_all(&self.quick)
        .await?;
        let mut lines = Vec::new();
        for row in &rows {
            let kind: String = row.try_get("kind")?;
            let details: String = row.try_get("details")?;
            if EventKind::from_name(&kind).is_some_and(EventKind::is_ending) {
                lines.push(Line {
                    id: row.try_get("id")?,
                    at: row.try_get("at")?,
                    token: row.try_get::<Option<Uuid>, _>("token_id")?.map(TokenId::from_uuid),
                    person: row.try_get::<Option<Uuid>, _>("person_id")?.map(PersonId::from_uuid),
                    role: (kind == EventKind::RoleChanged.as_str())
                        .then(|| replay::role_after(&details))
                        .flatten(),
                    kind,
                    link: in_hex(&row.try_get::<Vec<u8>, _>("link")?),
                });
            }
        }
        Ok((lines, rows.last().map(|row| row.try_get("id")).transpose()?))
    }
}

/// The reason what had ended was not ended again.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    #[error(transparent)]
    Journal(DamagedJournal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// [`reconcile`] for a server that runs, and found other data than it knew. Nearly always, as after a restart of the
/// database, that has everything, and one line tells.
pub async fn reconcile_running(store: &Engine) -> Result<(), ReconcileError> {
    let last =
        store.journal.last_line().map_err(|cause| ReconcileError::Journal(store.journal.damaged(cause)))?;
    let Some(line) = last else { return Ok(()) };
    let id = line.id;
    if replay::in_common(store, &[line]).await? == 0 {
        return reconcile(store, false).await;
    }
    store.journal.read_again_after(id);
    Ok(())
}

/// Ends again what has ended after this data was copied. Begins a journal where there is none.
pub async fn reconcile(store: &Engine, is_new: bool) -> Result<(), ReconcileError> {
    let damaged = |cause| ReconcileError::Journal(store.journal.damaged(cause));
    let copied_at = replay::copied_at(store).await?;
    let lines = if is_new { None } else { store.journal.read().map_err(damaged)? };
    let mut lost = Vec::new();
    if let Some(lines) = &lines {
        let common = replay::in_common(store, lines).await?;
        store.journal.read_again_after(lines[..common].last().map_or(0, |line| line.id));
        lost = replay::unknown(store, &lines[common..]).await?;
    }
    let mut restored = None;
    if !lost.is_empty() || copied_at.is_some() && lines.is_none() {
        let now = SystemClock.now();
        let now = store.latest_beat().await?.map_or(now, |latest| latest.max(now));
        let line = replay::end_again(store, &lost, lines.is_some(), now).await?;
        restored = lines.is_some().then_some(line);
    }
    replay::forget_copy(store).await?;
    if lines.is_none() {
        let (id, link) = replay::last_line(store).await?;
        store.journal.begin(id, &link).map_err(damaged)?;
    }
    // The line that says so has a lower number than the last one in the journal.
    if let Some(line) = restored {
        store.journal.append(vec![line]).await.map_err(damaged)?;
    }
    store.keep_endings().await;
    Ok(())
}
