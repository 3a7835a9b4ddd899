//! How often each token has been used: token buckets in memory, on the monotonic clock. They outlive rotations
//! and edits, and begin full after a restart; every node has its own.

use crate::domain::{RateLimit, TokenId};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::{InMemoryState, direct::NotKeyed},
};
use std::{
    collections::HashMap,
    fmt,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What a token has left.
pub struct Bucket {
    pub limit: RateLimit,
    limiter: RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>,
}

/// Where a token stands in its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateState {
    /// Most verifications at once.
    pub limit: u32,
    pub remaining: u32,
    /// Until the whole limit is there again, rounded up.
    pub reset_seconds: u64,
    /// Until the next verification is allowed; nothing when it is now.
    pub retry_seconds: Option<u64>,
}

impl Bucket {
    fn new(limit: RateLimit) -> Arc<Self> {
        let requests = NonZeroU32::new(limit.requests).unwrap_or(NonZeroU32::MIN);
        let every = Duration::from_secs(u64::from(limit.per_seconds)) / requests.get();
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(requests)).allow_burst(requests);
        Arc::new(Self { limit, limiter: RateLimiter::direct(quota).with_middleware() })
    }

    /// Takes one verification, if there is one left.
    pub fn spend(&self) -> RateState {
        let RateLimit { requests, per_seconds } = self.limit;
        let (remaining, retry_seconds) = match self.limiter.check() {
            Ok(left) => (left.remaining_burst_capacity(), None),
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                (0, Some(seconds(wait).max(1)))
            }
        };
        let spent = u64::from(requests.saturating_sub(remaining));
        let reset_seconds = (u64::from(per_seconds) * spent).div_ceil(u64::from(requests.max(1)));
        RateState { limit: requests, remaining, reset_seconds, retry_seconds }
    }

    /// A full one says nothing that a new one would not.
    fn is_full(&self) -> bool {
        let all = NonZeroU32::new(self.limit.requests).unwrap_or(NonZeroU32::MIN);
        matches!(self.limiter.check_n(all), Ok(Ok(_)))
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// The buckets by their tokens. Whatever has a secret in memory holds its bucket, too; here it is found again after
/// a rotation or an edit.
#[derive(Default)]
pub struct Rates(Mutex<HashMap<TokenId, Arc<Bucket>>>);

impl Rates {
    /// The token's own. A limit that was changed begins anew.
    pub fn bucket(&self, token: TokenId, limit: RateLimit) -> Arc<Bucket> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(token).or_insert_with(|| Bucket::new(limit));
        if bucket.limit != limit {
            *bucket = Bucket::new(limit);
        }
        bucket.clone()
    }

    /// Those that nothing in memory holds, and that are full.
    pub fn forget_idle(&self) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.retain(|_, bucket| Arc::strong_count(bucket) > 1 || !bucket.is_full());
    }
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
