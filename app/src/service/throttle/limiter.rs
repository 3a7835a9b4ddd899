//! Budgets by key: a number at once, then one in a while.

use super::super::KeyDigest;
use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};
use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Keys are digests, so that long ones cost no memory.
type Key = [u8; 32];

pub struct Limiter {
    limiter: DefaultKeyedRateLimiter<Key>,
    /// Units that were spent and given back since.
    given_back: Mutex<HashMap<Key, u32>>,
}

impl Limiter {
    pub fn of((burst, every): (u32, Duration)) -> Self {
        let quota = Quota::with_period(every).unwrap_or(Quota::per_hour(NonZeroU32::MIN));
        let quota = quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
        Self { limiter: DefaultKeyedRateLimiter::keyed(quota), given_back: Mutex::default() }
    }

    /// Spends one, or says how long to wait for it.
    pub fn spend(&self, who: &str) -> Result<(), Duration> {
        let key = key(who);
        if let Some(left) = self.lock().get_mut(&key).filter(|left| **left > 0) {
            *left -= 1;
            return Ok(());
        }
        self.limiter.check_key(&key).map_err(|refused| refused.wait_time_from(DefaultClock::default().now()))
    }

    /// Spends `count` or nothing. A count above the whole budget never fits, and is told to wait a minute.
    pub fn spend_several(&self, who: &str, count: u32) -> Result<(), Duration> {
        let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
        match self.limiter.check_key_n(&key(who), count) {
            Ok(spent) => spent.map_err(|refused| refused.wait_time_from(DefaultClock::default().now())),
            Err(_) => Err(Duration::from_secs(60)),
        }
    }

    /// Gives one back that was spent for something that did not happen.
    pub fn give_back(&self, who: &str) {
        *self.lock().entry(key(who)).or_default() += 1;
    }

    /// Number of keys in memory.
    pub fn len(&self) -> usize {
        self.limiter.len().max(self.lock().len())
    }

    /// Forgets keys whose budget is full again.
    pub fn retain_recent(&self) {
        self.limiter.retain_recent();
        // Some of what was given back is lost: an attempt more, or less.
        self.lock().clear();
    }

    // A lock is poisoned by a panic under it; nothing here panics.
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, u32>> {
        self.given_back.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(who: &str) -> Key {
    *KeyDigest::of(who.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_can_be_spent_again_and_no_more_than_that() {
        let limiter = Limiter::of((2, Duration::from_secs(600)));
        assert!(limiter.spend("ada").is_ok() && limiter.spend("ada").is_ok());
        assert!(limiter.spend("ada").is_err());
        limiter.give_back("ada");
        assert!(limiter.spend("ines").is_ok());
        assert!(limiter.spend("ada").is_ok());
        assert!(limiter.spend("ada").is_err());
    }
}
