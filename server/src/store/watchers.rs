//! The watchers that are told of the commits of this process before these are acknowledged.

use app::service::{StoreError, VerifyStore, Watcher};
use std::{
    fmt,
    mem::forget,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

#[derive(Clone, Default)]
pub struct Watchers {
    all: Arc<RwLock<Vec<Arc<dyn Watcher>>>>,
    unseen: Arc<AtomicU64>,
}

impl Watchers {
    pub fn add(&self, watcher: Arc<dyn Watcher>) {
        self.all.write().unwrap_or_else(PoisonError::into_inner).push(watcher);
    }

    /// Number of commits that some watcher did not take in.
    pub fn unseen(&self) -> u64 {
        self.unseen.load(Ordering::SeqCst)
    }

    /// Commits, and tells all watchers.
    pub async fn tell(
        &self,
        store: &dyn VerifyStore,
        commit: impl Future<Output = Result<(), StoreError>>,
    ) -> Result<(), StoreError> {
        let unseen = Unseen(&self.unseen);
        commit.await?;
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner).clone();
        for watcher in all {
            if watcher.committed(store).await.is_err() {
                return Ok(());
            }
        }
        forget(unseen);
        Ok(())
    }
}

/// Counts one commit, unless it is forgotten. If a commit failed or was given up, nobody knows what the disk holds.
/// If one was not taken in, its author must not see the state from before it.
struct Unseen<'a>(&'a AtomicU64);

impl Drop for Unseen<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl fmt::Debug for Watchers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watchers").field("unseen", &self.unseen()).finish_non_exhaustive()
    }
}
