//! Health of verification, for the operator.

use super::super::Service;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Since the process began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerifyHealth {
    /// Secrets in memory.
    pub kept: u64,
    /// Secrets that were found there, and those that had to be read.
    pub hits: u64,
    pub misses: u64,
    /// Comparisons of memory with the data, and those that failed.
    pub comparisons: u64,
    pub comparison_failures: u64,
    /// Age of the last comparison; `None` when there was none.
    pub age: Option<Duration>,
}

#[derive(Default)]
pub struct UsageCount {
    hits: AtomicU64,
    misses: AtomicU64,
    comparisons: AtomicU64,
    comparison_failures: AtomicU64,
}

impl UsageCount {
    pub fn looked_up(&self, is_hit: bool) {
        if is_hit { &self.hits } else { &self.misses }.fetch_add(1, Ordering::Relaxed);
    }

    pub fn compared(&self, is_done: bool) {
        if is_done { &self.comparisons } else { &self.comparison_failures }.fetch_add(1, Ordering::Relaxed);
    }
}

impl Service {
    pub fn verify_health(&self) -> VerifyHealth {
        let (count, read) = (&self.verifier.count, |count: &AtomicU64| count.load(Ordering::Relaxed));
        VerifyHealth {
            kept: self.verifier.cache.len() as u64,
            hits: read(&count.hits),
            misses: read(&count.misses),
            comparisons: read(&count.comparisons),
            comparison_failures: read(&count.comparison_failures),
            age: self.verifier.freshness.age(),
        }
    }
}
