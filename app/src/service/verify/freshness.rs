//! Freshness of memory. Nothing that is kept is used unless it was compared with the data less than [`FRESH`] ago. A
//! write of this process is compared before it is acknowledged. Otherwise it counts as one that nobody has seen, and
//! nothing in memory is used before it is compared again.
//!
//! Every change that a verdict could depend on leaves a line in the data (`change`), whichever process made it;
//! reading the new lines is all that keeping up takes.

use super::{
    super::{Changes, Service, StoreError, VerifyStore, Watcher},
    Verifier,
};
use crate::domain::{Error, Timestamp};
use async_trait::async_trait;
use std::{
    sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    time::{Duration, Instant},
};
use tokio::{
    sync::{Mutex, watch},
    task::spawn_blocking,
    time::timeout,
};

/// Longest time that memory may be used after it was last compared with the data. A change by another process is seen
/// by every call that begins later than this after it.
pub const FRESH: Duration = Duration::from_millis(800);
/// Longest wait for a comparison. Data that does not answer by then may go on without anybody waiting.
const WAIT: Duration = Duration::from_secs(1);
/// Interval between comparisons ahead of need, so that nobody has to wait for one.
const COMPARED_EVERY: Duration = Duration::from_millis(200);
/// Time for which lines about changes are kept: an hour, in milliseconds. A node that was away for longer begins anew.
const CHANGES_MS: i64 = 60 * 60 * 1_000;
const FORGOTTEN_EVERY: Duration = Duration::from_secs(600);

pub struct Freshness {
    began: Instant,
    /// When memory was last known to be current, in microseconds after `began`; zero is never.
    compared_at: AtomicU64,
    /// Number of writes in the data at that time that nobody had taken in ([`VerifyStore::unseen_writes`]).
    writes: AtomicU64,
    revision: AtomicI64,
    has_foreign: AtomicBool,
    /// `revision` again, for those who wait for the next one.
    announced: watch::Sender<i64>,
    /// One reads, the others wait for it.
    comparing: Mutex<()>,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            compared_at: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            revision: AtomicI64::new(0),
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

    fn micros(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Time since memory was compared with the data; `None` when it never was.
    pub fn age(&self) -> Option<Duration> {
        let compared = self.compared_at.load(Ordering::SeqCst);
        (compared > 0).then(|| Duration::from_micros(self.micros().saturating_sub(compared)))
    }

    fn is_current(&self, writes: u64, bound: Duration) -> bool {
        let compared = self.compared_at.load(Ordering::SeqCst);
        compared > 0
            && self.writes.load(Ordering::SeqCst) == writes
            && u128::from(self.micros().saturating_sub(compared)) < bound.as_micros()
    }
}

impl Verifier {
    /// Makes sure that what is in memory may be used; compares it with the data when it has to.
    pub async fn be_current(&self, store: &dyn VerifyStore) -> Result<(), StoreError> {
        if self.freshness.is_current(store.unseen_writes(), FRESH) {
            return Ok(());
        }
        self.compare(store, FRESH).await
    }

    /// Compares memory with the data, unless somebody has done so within `bound`.
    async fn compare(&self, store: &dyn VerifyStore, bound: Duration) -> Result<(), StoreError> {
        let freshness = &self.freshness;
        let _one = freshness.comparing.lock().await;
        if freshness.is_current(store.unseen_writes(), bound) {
            return Ok(());
        }
        // Both are taken before the data is read: what happens meanwhile is not claimed to be known.
        let (writes, now) = (store.unseen_writes(), freshness.micros().max(1));
        let after = freshness.revision.load(Ordering::SeqCst);
        let late = || StoreError::Failed("the changes could not be read in time".to_owned());
        let changes = timeout(WAIT, store.changes(after)).await.unwrap_or_else(|_| Err(late()));
        self.count.compared(changes.is_ok());
        self.take_in(&changes?);
        freshness.writes.store(writes, Ordering::SeqCst);
        freshness.compared_at.store(now, Ordering::SeqCst);
        Ok(())
    }

    fn forget_unused(&self) {
        self.rates.forget_idle();
        self.cache.forget_unused();
    }

    fn take_in(&self, changes: &Changes) {
        if changes.is_complete {
            self.cache.forget(&changes.secrets, &changes.people);
        } else {
            self.cache.forget_all();
        }
        self.freshness.revision.store(changes.revision, Ordering::SeqCst);
        self.freshness.has_foreign.store(changes.has_foreign, Ordering::Release);
        self.freshness.announced.send_if_modified(|known| {
            let is_new = *known != changes.revision;
            *known = changes.revision;
            is_new
        });
    }
}

/// A writer has memory compared, and nobody who verifies meanwhile waits for that: their answer was right when they
/// asked, since the write is not acknowledged yet.
#[async_trait]
impl Watcher for Verifier {
    async fn committed(&self, store: &dyn VerifyStore) -> Result<(), StoreError> {
        self.compare(store, Duration::ZERO).await
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

    /// Grows with every change that a verdict could depend on, whichever process made it.
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.verifier.freshness.announced.subscribe()
    }

    /// Keeps memory current for as long as the server runs.
    pub async fn stay_current(&self) {
        let mut ticks = tokio::time::interval(COMPARED_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut forgotten_at: Option<Instant> = None;
        loop {
            ticks.tick().await;
            // A failure is logged where it happens; whoever needs an answer meanwhile is told that there is none.
            let _ = self.verifier.compare(&*self.store, COMPARED_EVERY / 2).await.map_err(Error::from);
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
