//! Freshness of memory. Nothing that is kept is used unless it was compared with the data a short while ago. A write of this process is compared before it is acknowledged. Otherwise it counts as one that nobody has seen, and
//! nothing in memory is used before it is compared again.
//!
//! Every change that a verdict could depend on leaves a line in the data (`change`), whichever process made it;
//! reading the new lines is all that keeping up takes.

use super::{
    super::{Changes, Revision, Service, StoreError, VerifyStore, Watcher},
    Verifier,
};
use crate::domain::{Error, Timestamp};
use async_trait::async_trait;
use rustix::time::{ClockId, clock_gettime};
use std::{
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex, watch},
    task::spawn_blocking,
};

/// Longest time that memory may be used after it was last compared with the data, unless the operator says otherwise. A
/// change by another process is seen by every call that begins later than this after it.
pub const MAX_STALE: Duration = Duration::from_millis(800);
/// Longest interval between comparisons ahead of need, so that nobody has to wait for one.
const COMPARED_EVERY: Duration = Duration::from_millis(200);
/// Time for which lines about changes are kept: an hour, in milliseconds. A node that was away for longer begins anew.
const CHANGES_MS: i64 = 60 * 60 * 1_000;
const FORGOTTEN_EVERY: Duration = Duration::from_secs(600);

pub struct Freshness {
    /// When memory was last known to be current, in microseconds as [`now`] has them; zero is never.
    compared_at: AtomicU64,
    /// Number of writes in the data at that time that nobody had taken in ([`VerifyStore::unseen_writes`]).
    writes: AtomicU64,
    /// Longest time that memory may be used after `compared_at`, in microseconds.
    max_stale: AtomicU64,
    /// When the last comparison began that failed.
    failed_at: AtomicU64,
    /// The newest change that was read. What is read into memory from then on must include it.
    read: RwLock<Revision>,
    /// The number of the newest change that was taken in.
    number: AtomicI64,
    has_foreign: AtomicBool,
    /// `number` again, for those who wait for the next one.
    announced: watch::Sender<i64>,
    /// One reads, the others wait for it.
    comparing: Mutex<()>,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            compared_at: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            failed_at: AtomicU64::new(0),
            max_stale: AtomicU64::new(micros(MAX_STALE)),
            read: RwLock::default(),
            number: AtomicI64::new(0),
            has_foreign: AtomicBool::new(false),
            announced: watch::Sender::new(0),
            comparing: Mutex::new(()),
        }
    }
}

impl Freshness {
    pub fn has_foreign(&self) -> bool {
        self.has_foreign.load(Ordering::Acquire)
    }

    /// The newest change that was read; to be asked after the generation of what is in memory.
    pub fn read(&self) -> Revision {
        *self.read.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time since memory was compared with the data; `None` when it never was.
    pub fn age(&self) -> Option<Duration> {
        let compared = self.compared_at.load(Ordering::SeqCst);
        (compared > 0).then(|| Duration::from_micros(now().saturating_sub(compared)))
    }

    fn max_stale(&self) -> u64 {
        self.max_stale.load(Ordering::Relaxed)
    }

    /// Was memory compared with the data since this moment, with all writes of this process?
    fn is_current(&self, writes: u64, since: u64) -> bool {
        let compared = self.compared_at.load(Ordering::SeqCst);
        compared > 0 && compared >= since && self.writes.load(Ordering::SeqCst) == writes
    }
}

/// The moment in microseconds, never zero, by a clock that goes on while the machine sleeps: what was current then is not
/// current when it wakes up.
fn now() -> u64 {
    #[cfg(target_os = "linux")]
    const CLOCK: ClockId = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    const CLOCK: ClockId = ClockId::Monotonic;
    let since = clock_gettime(CLOCK);
    micros(Duration::try_from(since).unwrap_or_default()).max(1)
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

impl Verifier {
    /// Sets the longest time that memory may be used after it was last compared with the data.
    pub fn bound(&self, longest: Duration) {
        self.freshness.max_stale.store(micros(longest), Ordering::Relaxed);
    }

    /// Time since memory was compared with the data; `None` when it never was.
    pub fn age(&self) -> Option<Duration> {
        self.freshness.age()
    }

    /// Makes sure that what is in memory may be used; compares it with the data when it has to.
    pub async fn be_current(&self, store: &dyn VerifyStore) -> Result<(), StoreError> {
        let since = now().saturating_sub(self.freshness.max_stale());
        if self.freshness.is_current(store.unseen_writes(), since) {
            return Ok(());
        }
        // On the heap, as it is rare: every call would have room for it otherwise.
        Box::pin(self.compare(store, since)).await
    }

    /// Compares memory with the data, unless somebody has begun to do so since this moment and is done.
    async fn compare(&self, store: &dyn VerifyStore, since: u64) -> Result<(), StoreError> {
        let freshness = &self.freshness;
        let arrived = now();
        let _one = freshness.comparing.lock().await;
        if freshness.is_current(store.unseen_writes(), since) {
            return Ok(());
        }
        // Whoever has waited for a comparison that failed would only wait for the next one to fail.
        if freshness.failed_at.load(Ordering::SeqCst) >= arrived {
            return Err(StoreError::Failed("the changes could not be read just now".to_owned()));
        }
        // Both are taken before the data is read: what happens meanwhile is not claimed to be known.
        let (writes, now) = (store.unseen_writes(), now());
        let changes = store.changes(freshness.read()).await;
        self.count.compared(changes.is_ok());
        if changes.is_err() {
            freshness.failed_at.store(now, Ordering::SeqCst);
        }
        self.take_in(&changes?);
        freshness.writes.store(writes, Ordering::SeqCst);
        freshness.compared_at.store(now, Ordering::SeqCst);
        Ok(())
    }

    /// Compares memory with the data as it is from now on.
    pub async fn catch_up(&self, store: &dyn VerifyStore) -> Result<(), StoreError> {
        self.compare(store, now()).await
    }

    fn forget_unused(&self) {
        self.rates.forget_idle();
        self.cache.forget_unused();
    }

    fn take_in(&self, changes: &Changes) {
        // Before anything is forgotten: what is kept after that includes it.
        *self.freshness.read.write().unwrap_or_else(PoisonError::into_inner) = changes.revision;
        if changes.is_complete {
            self.cache.forget(&changes.secrets, &changes.people);
        } else {
            self.cache.forget_all();
        }
        self.freshness.number.store(changes.revision.number, Ordering::SeqCst);
        self.freshness.has_foreign.store(changes.has_foreign, Ordering::Release);
        self.freshness.announced.send_if_modified(|known| {
            let is_new = *known != changes.revision.number;
            *known = changes.revision.number;
            is_new
        });
    }
}

/// A writer has memory compared, and nobody who verifies meanwhile waits for that: their answer was right when they
/// asked, since the write is not acknowledged yet.
#[async_trait]
impl Watcher for Verifier {
    async fn committed(&self, store: &dyn VerifyStore) -> Result<(), StoreError> {
        self.catch_up(store).await
    }
}

impl Service {
    /// Can verdicts be given right now?
    pub async fn be_ready(&self) -> Result<(), Error> {
        self.be_current().await
    }

    pub(super) async fn be_current(&self) -> Result<(), Error> {
        self.verifier.be_current(&*self.store).await.map_err(Error::from)
    }

    /// The number of the newest change in memory; `None` if memory may be outdated.
    pub fn revision(&self) -> Option<i64> {
        let freshness = &self.verifier.freshness;
        let since = now().saturating_sub(freshness.max_stale());
        let is_current = freshness.is_current(self.store.unseen_writes(), since);
        is_current.then(|| freshness.number.load(Ordering::SeqCst))
    }

    /// Makes sure that memory includes the change with this number, which perhaps another process has made.
    pub async fn reach(&self, revision: i64) -> Result<(), Error> {
        let (freshness, verifier) = (&self.verifier.freshness, &self.verifier);
        if freshness.number.load(Ordering::SeqCst) < revision {
            verifier.catch_up(&*self.store).await?;
        }
        match freshness.number.load(Ordering::SeqCst) {
            number if number < revision => Err(Error::Unavailable),
            _ => Ok(()),
        }
    }

    /// Grows with every change that a verdict could depend on, whichever process made it.
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.verifier.freshness.announced.subscribe()
    }

    /// Keeps memory current for as long as the server runs.
    pub async fn stay_current(&self) {
        let freshness = &self.verifier.freshness;
        let every = COMPARED_EVERY.min(Duration::from_micros(freshness.max_stale()) / 4);
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut forgotten_at: Option<Instant> = None;
        loop {
            ticks.tick().await;
            // A failure is logged where it happens; whoever needs an answer meanwhile is told that there is none.
            let since = now().saturating_sub(micros(every) / 2);
            let _ = self.verifier.compare(&*self.store, since).await.map_err(Error::from);
            if forgotten_at.is_none_or(|at| at.elapsed() > FORGOTTEN_EVERY) {
                forgotten_at = Some(Instant::now());
                let before = Timestamp::from_millis(self.clock.now().as_millis() - CHANGES_MS);
                let _ = self.store.forget_changes(before).await.map_err(Error::from);
                let verifier = self.verifier.clone();
                // With a million secrets this takes a moment, in which memory could not be compared.
                let _ = spawn_blocking(move || verifier.forget_unused()).await;
            }
        }
    }
}
