//! Rate limits of tokens: token buckets in memory, on the monotonic clock. They outlive rotations and edits, and begin
//! full after a restart; every node has its own.

use super::cache::SHARDS;
use crate::domain::{RateLimit, TokenId};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::HashMapStateStore,
};
use hashbrown::DefaultHashBuilder;
use std::{
    collections::HashMap,
    fmt,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

type Buckets = HashMapStateStore<TokenId, DefaultHashBuilder>;

/// One limit, and what its tokens have left.
pub struct Limiter {
    pub limit: RateLimit,
    limiter: RateLimiter<TokenId, Buckets, DefaultClock, StateInformationMiddleware>,
}

/// The state of a token in its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateState {
    /// Most verifications at once.
    pub limit: u32,
    pub remaining: u32,
    /// Seconds until the whole limit is there again, rounded up.
    pub reset_seconds: u64,
    /// Seconds until the next verification is allowed; `None` when it is allowed now.
    pub retry_seconds: Option<u64>,
}

impl Limiter {
    fn new(limit: RateLimit) -> Self {
        let requests = NonZeroU32::new(limit.requests).unwrap_or(NonZeroU32::MIN);
        let every = Duration::from_secs(u64::from(limit.per_seconds)) / requests.get();
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(requests)).allow_burst(requests);
        let limiter = RateLimiter::hashmap_with_hasher(quota, DefaultHashBuilder::default());
        Self { limit, limiter: limiter.with_middleware() }
    }

    /// Takes one verification from what this token has left.
    pub fn spend(&self, token: TokenId) -> RateState {
        let RateLimit { requests, per_seconds } = self.limit;
        let (remaining, retry_seconds) = match self.limiter.check_key(&token) {
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
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// The limiters. A secret in memory holds the limiter of its token; after a rotation or an edit that limiter is found
/// again here, with what the token has spent.
#[derive(Default)]
pub struct Rates(Mutex<HashMap<(RateLimit, usize), Arc<Limiter>>>);

impl Rates {
    /// The limiter of a token. With another limit the token begins anew. Tokens of one limit are spread over as many
    /// limiters as the table of secrets has shards, each with a lock of its own.
    pub fn limiter(&self, token: TokenId, limit: RateLimit) -> Arc<Limiter> {
        let shard = usize::from(token.as_uuid().as_bytes()[15]) % SHARDS;
        self.lock().entry((limit, shard)).or_insert_with(|| Arc::new(Limiter::new(limit))).clone()
    }

    /// Forgets tokens with their whole limit left, which is where a new one begins, and limiters that nobody needs.
    pub fn forget_idle(&self) {
        let all: Vec<Arc<Limiter>> = self.lock().values().cloned().collect();
        for Limiter { limiter, .. } in all.iter().map(|limiter| &**limiter) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        drop(all);
        self.lock().retain(|_, limiter| Arc::strong_count(limiter) > 1 || !limiter.limiter.is_empty());
    }

    // A lock is poisoned by a panic under it; nothing here panics.
    fn lock(&self) -> MutexGuard<'_, HashMap<(RateLimit, usize), Arc<Limiter>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
