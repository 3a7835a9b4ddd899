//! Uses: who asked for what with which secret, counted by the hour. They are noted in memory after every verdict
//! and written about once a second; no verification waits for that, or fails with it. They are counts and no
//! evidence: a crash takes the last second of them. What people do to tokens is in the audit log.

mod counts;

use super::{Judgement, Question, Service, hide_cause};
use crate::domain::{
    CLIENT_CHARS_MAX, Error, Timestamp, USE_PERMISSIONS_BYTES_MAX, USES_BATCH, USES_KEPT_MS,
};
use counts::{Counts, Kind};
use std::{
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};
use tokio::{select, sync::Mutex, time::MissedTickBehavior};
use uuid::Uuid;

/// How often uses are written.
const WRITTEN_EVERY: Duration = Duration::from_secs(1);
/// How often those that are too old are forgotten.
const FORGOTTEN_EVERY: Duration = Duration::from_secs(60 * 60);
const HOUR_MS: i64 = 60 * 60 * 1_000;

/// What is not written yet.
#[derive(Default)]
pub struct Uses {
    counts: Counts,
    /// One writes, the others wait.
    writing: Mutex<()>,
    failures: AtomicU64,
}

/// How the counting goes, for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseHealth {
    /// Secrets with uses that are not written yet.
    pub waiting: u64,
    /// Uses that were not counted, because there was no room.
    pub dropped: u64,
    /// How often they could not be written, and were kept for the next time.
    pub failures: u64,
}

impl Uses {
    /// Counts one. A fraction of a microsecond, and nothing is allocated for what was seen in this hour before.
    pub(super) fn note(&self, now: Timestamp, question: &Question<'_>, judgement: &Judgement) {
        let known = judgement.identity.as_deref();
        let wanted = question.permissions;
        let bytes: usize = wanted.iter().map(|permission| permission.as_str().len() + 1).sum();
        let kind = Kind {
            verdict: judgement.verdict,
            wanted: (bytes <= USE_PERMISSIONS_BYTES_MAX).then_some(wanted),
            from: Some((question.address, shortened(question.client))),
        };
        let secret = known.map_or(Uuid::nil(), |known| known.id);
        let latest = known.filter(|_| judgement.verdict.is_valid()).map(|known| (known.token, now));
        self.counts.add((secret, hour_of(now)), kind, latest);
    }
}

/// When the hour began, in milliseconds.
fn hour_of(at: Timestamp) -> i64 {
    at.as_millis() - at.as_millis().rem_euclid(HOUR_MS)
}

fn shortened(client: &str) -> &str {
    client.char_indices().nth(CLIENT_CHARS_MAX).map_or(client, |(end, _)| &client[..end])
}

impl Service {
    /// Writes the uses that were noted until now. What cannot be written is kept for the next time.
    pub async fn flush_uses(&self) -> Result<(), Error> {
        let counts = &self.uses.counts;
        let _one = self.uses.writing.lock().await;
        let mut waiting = counts.waiting();
        while !waiting.is_empty() {
            let batch = counts.batch(&mut waiting, USES_BATCH);
            let written = self.store.add_uses(&batch.counts, &batch.latest).await;
            counts.settle(&batch.keys, written.is_ok());
            if let Err(error) = written {
                counts.settle(&waiting, false);
                self.uses.failures.fetch_add(1, Ordering::Relaxed);
                return Err(hide_cause(error));
            }
        }
        counts.make_room(hour_of(self.clock.now()));
        Ok(())
    }

    /// Forgets uses from too long ago, a little at a time.
    pub async fn forget_old_uses(&self) -> Result<(), Error> {
        let before = Timestamp::from_millis(self.clock.now().as_millis() - USES_KEPT_MS);
        while self.store.forget_uses(before, USES_BATCH).await.map_err(hide_cause)? == USES_BATCH {}
        Ok(())
    }

    /// Writes uses until it is told to stop, and then those that are left.
    pub async fn keep_uses(&self, stop: impl Future<Output = ()>) {
        let mut ticks = tokio::time::interval(WRITTEN_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut forgotten_at: Option<Instant> = None;
        let mut stop = pin!(stop);
        let mut is_last = false;
        while !is_last {
            // Only the wait is cut short: of a write that is, nobody would know whether it happened.
            select! {
                () = &mut stop => is_last = true,
                _ = ticks.tick() => {}
            }
            // A failure is logged where it happens, and what was to be written is kept.
            let _ = self.flush_uses().await;
            if !is_last && forgotten_at.is_none_or(|at| at.elapsed() > FORGOTTEN_EVERY) {
                forgotten_at = Some(Instant::now());
                let _ = self.forget_old_uses().await;
            }
        }
    }

    pub fn use_health(&self) -> UseHealth {
        UseHealth {
            waiting: self.uses.counts.waiting_now(),
            dropped: self.uses.counts.dropped(),
            failures: self.uses.failures.load(Ordering::Relaxed),
        }
    }
}
