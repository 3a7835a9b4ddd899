//! Uses: who asked for what with which secret, counted by the hour. They are noted in memory after every verdict
//! and written beside it; no verification waits for that, or fails with it. They are counts and no evidence: a
//! crash takes those that were not written. What people do to tokens is in the audit log.

mod batch;
mod budget;
mod counts;
mod key;
#[cfg(test)]
mod tests;

use crate::domain::{
    CLIENT_CHARS_MAX, Error, Timestamp, USE_PERMISSIONS_BYTES_MAX, USES_A_SECOND, USES_BATCH, USES_KEPT_MS,
};
use crate::service::{CachedSecret, Service, Verification, VerifyRequest, verify::CACHED_MAX};
use batch::Batch;
pub use budget::OwnersRows;
use budget::UseBudget;
pub use counts::Counts;
use counts::hour_of;
use key::UseKind;
use std::{
    cmp::Reverse,
    mem::take,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{select, task::spawn_blocking, time::MissedTickBehavior};
use uuid::Uuid;

/// How often uses are written.
const WRITTEN_EVERY: Duration = Duration::from_secs(1);
/// What is written each time: up to [`USES_A_SECOND`] counts are all of them. Where there are more, so many that all who
/// were waiting have had their turn after as many times as this; what they are used for adds up meanwhile.
const TURNS: usize = 300;
/// How often room is made where it is crowded.
const ROOM_MADE_EVERY: Duration = Duration::from_secs(10);
/// How often those that are too old are forgotten.
const FORGOTTEN_EVERY: Duration = Duration::from_secs(60 * 60);

/// Whose uses they are; those of what nobody knows are nobody's.
type Counted = Option<Arc<CachedSecret>>;

/// What is not written yet. Counts stand with the secrets themselves: here is which of them have some.
#[derive(Default)]
pub struct Uses {
    nobody: Counts,
    /// Those of which something is to be written, each once.
    waiting: Mutex<Vec<Counted>>,
    /// Those that were used in this hour, each once.
    used: Mutex<Vec<Counted>>,
    budget: UseBudget,
    /// One writes, the others wait.
    writing: tokio::sync::Mutex<FlushQueue>,
    uncounted: AtomicU64,
    /// Since when every use of a secret has been counted, in milliseconds since 1970.
    complete_since: AtomicI64,
    failures: AtomicU64,
    unwritten: AtomicU64,
}

/// Who is written next.
#[derive(Default)]
struct FlushQueue {
    /// The last one comes first.
    due: Vec<Counted>,
    each: usize,
    /// Until which hour room was made, and when that was.
    hour: u32,
    room_made_at: Option<Instant>,
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
    /// What was before this moment, nobody has counted.
    pub fn counted_since(now: Timestamp) -> Self {
        Self { complete_since: AtomicI64::new(now.as_millis()), ..Self::default() }
    }

    /// For how long every use of a secret has been counted, in milliseconds: not before this process began, nor when
    /// there was no room for one.
    pub(in crate::service) fn complete_ms(&self, now: Timestamp) -> i64 {
        now.as_millis() - self.complete_since.load(Ordering::Relaxed)
    }

    /// Counts one. A fraction of a microsecond, and nothing is allocated for what was seen in this hour before.
    pub(in crate::service) fn note(
        &self,
        now: Timestamp,
        request: &VerifyRequest<'_>,
        verification: &Verification,
    ) {
        let wanted = request.permissions;
        let bytes: usize = wanted.iter().map(|permission| permission.as_str().len() + 1).sum();
        let kind = UseKind {
            verdict: verification.verdict,
            wanted: (bytes <= USE_PERMISSIONS_BYTES_MAX).then_some(wanted),
            from: Some((request.address, shortened(request.client))),
        };
        let holder = &verification.identity;
        let owner = holder.as_deref().map(|cached| cached.owner.rows());
        let noted = self.counts_of(holder).add(now, kind, &self.budget, owner);
        if !noted.is_counted {
            self.uncounted.fetch_add(1, Ordering::Relaxed);
            if holder.is_some() {
                self.complete_since.fetch_max(now.as_millis(), Ordering::Relaxed);
            }
        }
        if noted.is_new {
            lock(&self.used).push(holder.clone());
        }
        if noted.begins_to_wait {
            self.wait(holder.clone());
        }
    }

    fn counts_of<'a>(&'a self, holder: &'a Counted) -> &'a Counts {
        holder.as_deref().map_or(&self.nobody, CachedSecret::uses)
    }

    fn wait(&self, holder: Counted) {
        self.unwritten.fetch_add(1, Ordering::Relaxed);
        lock(&self.waiting).push(holder);
    }

    /// Takes what to write next off the end: at least one, and as many as make about this many counts.
    fn batch(&self, due: &mut Vec<Counted>, rows: usize) -> Batch {
        let mut batch = Batch::default();
        while batch.len() < rows
            && let Some(holder) = due.pop()
        {
            self.unwritten.fetch_sub(1, Ordering::Relaxed);
            let counts = self.counts_of(&holder).take();
            batch.push(holder, counts);
        }
        batch
    }

    fn give_back(&self, batch: Batch) {
        for (holder, row) in batch.into_rows() {
            if self.counts_of(&holder).give_back(&row) {
                self.wait(holder);
            }
        }
    }

    fn is_crowded(&self) -> bool {
        self.budget.is_crowded() || lock(&self.used).len() > CACHED_MAX
    }

    /// Forgets the ways of hours that are over, and where it gets crowded those of secrets with few of them. Nothing
    /// that is not written. To be called by whoever writes: what was taken must find its row when it is given back.
    fn make_room(&self, hour: u32) {
        let is_crowded = self.is_crowded();
        // Locked for moments only: what is noted meanwhile comes into a list of its own.
        let mut used = take(&mut *lock(&self.used));
        used.retain(|holder| self.counts_of(holder).make_room(hour, is_crowded, &self.budget));
        lock(&self.used).append(&mut used);
        self.budget.forget_unused();
    }
}

fn id_of(holder: &Counted) -> Uuid {
    holder.as_ref().map_or(Uuid::nil(), |cached| cached.id)
}

fn shortened(client: &str) -> &str {
    client.char_indices().nth(CLIENT_CHARS_MAX).map_or(client, |(end, _)| &client[..end])
}

// A lock is poisoned by a panic under it; nothing here panics, and counts are no more than counts.
fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Service {
    /// Writes the uses that were noted until now. What cannot be written is kept for the next time.
    pub async fn flush_uses(&self) -> Result<(), Error> {
        self.write_uses(true).await
    }

    async fn write_uses(&self, all: bool) -> Result<(), Error> {
        let uses = &self.uses;
        let mut queue = uses.writing.lock().await;
        if all || queue.due.is_empty() {
            queue.due.append(&mut lock(&uses.waiting));
            queue.begin(uses.budget.extra_rows()).await;
        }
        let mut left = if all { usize::MAX } else { queue.each };
        while left > 0 && !queue.due.is_empty() {
            let batch = uses.batch(&mut queue.due, left.min(USES_BATCH));
            left = left.saturating_sub(batch.len());
            if let Err(error) = self.store.add_uses(&batch.counts(), &batch.latest()).await {
                uses.give_back(batch);
                uses.failures.fetch_add(1, Ordering::Relaxed);
                return Err(error.into());
            }
        }
        let hour = hour_of(self.clock.now());
        if queue.should_make_room(hour, uses.is_crowded()) {
            let uses = uses.clone();
            // With a million it takes a moment that nobody should wait for.
            let _ = spawn_blocking(move || uses.make_room(hour)).await;
        }
        Ok(())
    }

    /// Forgets uses from too long ago, a little at a time.
    pub async fn forget_old_uses(&self) -> Result<(), Error> {
        let before = Timestamp::from_millis(self.clock.now().as_millis() - USES_KEPT_MS);
        while self.store.forget_uses(before, USES_BATCH).await? == USES_BATCH {}
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
            let _ = self.write_uses(is_last).await;
            if !is_last && forgotten_at.is_none_or(|at| at.elapsed() > FORGOTTEN_EVERY) {
                forgotten_at = Some(Instant::now());
                let _ = self.forget_old_uses().await;
            }
        }
    }

    pub fn use_health(&self) -> UseHealth {
        UseHealth {
            waiting: self.uses.unwritten.load(Ordering::Relaxed),
            dropped: self.uses.uncounted.load(Ordering::Relaxed),
            failures: self.uses.failures.load(Ordering::Relaxed),
        }
    }
}

impl FlushQueue {
    fn should_make_room(&mut self, hour: u32, is_crowded: bool) -> bool {
        let is_due =
            is_crowded && self.room_made_at.is_none_or(|made_at| made_at.elapsed() > ROOM_MADE_EVERY);
        if self.hour == hour && !is_due {
            return false;
        }
        (self.hour, self.room_made_at) = (hour, Some(Instant::now()));
        true
    }

    /// Puts them into the order of their ids, which is that of the rows in the data: neighbours are written together,
    /// and share pages. That, too, takes a moment with a million.
    /// Beyond one for each of them there are no more counts than `extra`.
    async fn begin(&mut self, extra: usize) {
        self.each = USES_A_SECOND.max((self.due.len() + extra).div_ceil(TURNS));
        if self.due.len() <= self.each {
            return;
        }
        let mut due = take(&mut self.due);
        let sorted = spawn_blocking(move || {
            due.sort_by_cached_key(|holder| Reverse(id_of(holder)));
            due
        });
        self.due = sorted.await.unwrap_or_default();
    }
}
