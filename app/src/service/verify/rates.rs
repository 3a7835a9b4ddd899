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
    num::NonZeroU32,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

type Bucket = RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

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

#[derive(Default)]
pub struct Rates(RwLock<HashMap<TokenId, (RateLimit, Arc<Bucket>)>>);

impl Rates {
    /// Takes one verification from the token's limit, if there is one left.
    pub fn spend(&self, token: TokenId, limit: RateLimit) -> (bool, RateState) {
        let bucket = self.bucket(token, limit);
        let (is_within, remaining, retry_seconds) = match bucket.check() {
            Ok(left) => (true, left.remaining_burst_capacity(), None),
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                (false, 0, Some(seconds(wait).max(1)))
            }
        };
        let spent = u64::from(limit.requests.saturating_sub(remaining));
        let reset = u64::from(limit.per_seconds) * spent;
        let reset_seconds = reset.div_ceil(u64::from(limit.requests.max(1)));
        (is_within, RateState { limit: limit.requests, remaining, reset_seconds, retry_seconds })
    }

    /// A limit that was changed begins anew.
    fn bucket(&self, token: TokenId, limit: RateLimit) -> Arc<Bucket> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&token).cloned();
        if let Some((_, bucket)) = kept.filter(|(since, _)| *since == limit) {
            return bucket;
        }
        let mut buckets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let entry = buckets.entry(token).or_insert_with(|| (limit, new_bucket(limit)));
        if entry.0 != limit {
            *entry = (limit, new_bucket(limit));
        }
        entry.1.clone()
    }

    /// Those that are full again say nothing that a new one would not.
    pub fn forget_idle(&self) {
        let mut buckets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        buckets.retain(|_, (limit, bucket)| {
            NonZeroU32::new(limit.requests).is_some_and(|all| !matches!(bucket.check_n(all), Ok(Ok(_))))
        });
    }
}

fn new_bucket(limit: RateLimit) -> Arc<Bucket> {
    let requests = NonZeroU32::new(limit.requests).unwrap_or(NonZeroU32::MIN);
    let every = Duration::from_secs(u64::from(limit.per_seconds)) / requests.get();
    let quota = Quota::with_period(every).unwrap_or(Quota::per_second(requests)).allow_burst(requests);
    Arc::new(RateLimiter::direct(quota).with_middleware())
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
