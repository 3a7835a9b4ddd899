//! Uses: who asked for what with which secret, counted by the hour. They are noted in memory after every verdict and
//! written in the background; no verification waits for the write or fails with it. They are counts, not evidence: a
//! crash loses those that were not written. Changes that people make to tokens are in the audit log.

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

/// Interval between writes.
const WRITTEN_EVERY: Duration = Duration::from_secs(1);
/// Most writes that a backlog is spread over. A write takes up to [`USES_A_SECOND`] counts, or more where the backlog
/// would take more writes than this; further uses of the waiting secrets add up meanwhile.
const TURNS: usize = 300;
/// Interval at which room is made where it is crowded.
const ROOM_MADE_EVERY: Duration = Duration::from_secs(10);
/// Interval at which uses that are too old are forgotten.
const FORGOTTEN_EVERY: Duration = Duration::from_secs(60 * 60);

/// The secret that uses belong to; `None` for uses of unknown secrets.
type Counted = Option<Arc<CachedSecret>>;

/// Uses that are not written yet. The counts stand with the secrets themselves; this lists the secrets that have some.
#[derive(Default)]
pub struct Uses {
    nobody: Counts,
    /// Secrets with counts to write, each once.
    waiting: Mutex<Vec<Counted>>,
    /// Secrets that were used in this hour, each once.
    used: Mutex<Vec<Counted>>,
    budget: UseBudget,
    /// One writes, the others wait.
    writing: tokio::sync::Mutex<FlushQueue>,
    uncounted: AtomicU64,
    /// Start of the time in which every use of a secret has been counted, in milliseconds since 1970.
    complete_since: AtomicI64,
    failures: AtomicU64,
    unwritten: AtomicU64,
}

/// The queue of secrets to write.
#[derive(Default)]
struct FlushQueue {
    /// The last one comes first.
    due: Vec<Counted>,
    each: usize,
    /// The hour for which room was last made, and the time of that.
    hour: u32,
    room_made_at: Option<Instant>,
}

/// Health of the counting, for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseHealth {
    /// Secrets with uses that are not written yet.
    pub waiting: u64,
    /// Uses that were not counted, because there was no room.
    pub dropped: u64,
    /// Failed writes. Their uses were kept for the next one.
    pub failures: u64,
}

impl Uses {
    /// Uses before this moment were not counted.
    pub fn counted_since(now: Timestamp) -> Self {
        Self { complete_since: AtomicI64::new(now.as_millis()), ..Self::default() }
    }

    /// Time for which every use of a secret has been counted, in milliseconds. It begins no earlier than this process,
    /// and begins anew when there is no room for a use.
    pub(in crate::service) fn complete_ms(&self, now: Timestamp) -> i64 {
        now.as_millis() - self.complete_since.load(Ordering::Relaxed)
    }

    /// Counts one use. This takes a fraction of a microsecond, and allocates nothing for a use that was seen in this
    /// hour before.
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

    /// Takes the next secrets to write off the end: at least one, and enough for about `rows` counts.
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

    /// Forgets the ways of use of hours that are over, and where it is crowded also those of secrets with few ways.
    /// Keeps everything that is not written. Only the writer may call this: a taken count must find its row when it is
    /// given back.
    fn make_room(&self, hour: u32) {
        let is_crowded = self.is_crowded();
        // Locked only for a moment: secrets that are noted meanwhile go into a list of their own.
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

// A lock is poisoned by a panic under it; nothing here panics, and counts are only counts.
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
            let counts = batch.counts();
            if let Err(error) = self.store.add_uses(&counts, &batch.latest()).await {
                uses.give_back(batch);
                uses.failures.fetch_add(1, Ordering::Relaxed);
                return Err(error.into());
            }
            self.note_networks(&counts).await;
        }
        let hour = hour_of(self.clock.now());
        if queue.should_make_room(hour, uses.is_crowded()) {
            let uses = uses.clone();
            // With a million secrets this takes a moment, which nobody should wait for.
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
            // Only the wait is cut short: nobody would know whether an interrupted write happened.
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

    /// Sorts a long queue by id, which is the order of the rows in the data: neighbours are written together and share
    /// pages. With a million secrets this takes a moment, too. `extra` bounds the counts beyond one for each secret.
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
