//! Questions in vain: about secrets, sessions and links that nobody knows. Each costs a look at the data, and a caller
//! could make up very many.
//!
//! A question about something in memory is never refused, and nobody is refused because of a neighbour. Sources that
//! have asked in vain too often share one lane, in which one question is looked up at a time. A secret that is known
//! but not in memory is found there, too; it takes a moment longer while somebody behind the same address makes secrets
//! up. A source is told to come back only where so many of its questions wait in the lane that the next one would wait
//! long.

use super::{super::KeyDigest, Limiter};
use crate::domain::Error;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Most questions of one source in the lane at once.
const WAITING_MAX: usize = 32;
/// Longest wait in the lane.
const WAIT: Duration = Duration::from_secs(1);
/// Most sources that are remembered as overdrawn. Others are told anew each time.
const OVERDRAWN_MAX: usize = 10_000;

type Key = [u8; 32];

pub struct InVain {
    budget: Limiter,
    overdrawn: Mutex<HashMap<Key, Overdrawn>>,
    lane: Arc<Semaphore>,
}

/// A source that has asked in vain too often.
struct Overdrawn {
    until: Instant,
    waiting: Arc<Semaphore>,
}

/// Leave to look something up: outside the lane, or as the one in it.
pub struct Pass {
    _held: Option<[OwnedSemaphorePermit; 2]>,
}

impl InVain {
    pub fn of(budget: Limiter) -> Self {
        Self { budget, overdrawn: Mutex::default(), lane: Arc::new(Semaphore::new(1)) }
    }

    /// Must be called before the data is asked.
    pub async fn enter(&self, who: &str) -> Result<Pass, Error> {
        let waiting = {
            let overdrawn = self.lock();
            // Nearly always there are none, and no key is needed.
            let found = if overdrawn.is_empty() { None } else { overdrawn.get(&key(who)) };
            match found.filter(|found| found.until > Instant::now()) {
                Some(found) => found.waiting.clone(),
                None => return Ok(Pass { _held: None }),
            }
        };
        let too_many = || Error::TooMany { seconds: 1 };
        let place = waiting.try_acquire_owned().map_err(|_| too_many())?;
        match timeout(WAIT, self.lane.clone().acquire_owned()).await {
            Ok(Ok(lane)) => Ok(Pass { _held: Some([lane, place]) }),
            _ => Err(too_many()),
        }
    }

    /// Notes a question in vain. An error when the source has asked in vain too often to be told.
    pub fn missed(&self, who: &str) -> Result<(), Error> {
        let Err(wait) = self.budget.spend(who) else { return Ok(()) };
        let key = key(who);
        let (now, mut overdrawn) = (Instant::now(), self.lock());
        if overdrawn.len() >= OVERDRAWN_MAX {
            overdrawn.retain(|_, one| one.until > now);
        }
        if overdrawn.len() < OVERDRAWN_MAX || overdrawn.contains_key(&key) {
            let new = || Overdrawn { until: now, waiting: Arc::new(Semaphore::new(WAITING_MAX)) };
            overdrawn.entry(key).or_insert_with(new).until = now + wait;
        }
        Err(Error::TooMany { seconds: wait.as_secs() + 1 })
    }

    pub fn budget(&self) -> &Limiter {
        &self.budget
    }

    // A lock is poisoned by a panic under it; nothing here panics.
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Overdrawn>> {
        self.overdrawn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(who: &str) -> Key {
    *KeyDigest::of(who.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn guarded() -> InVain {
        InVain::of(Limiter::of((3, Duration::from_secs(60))))
    }

    #[tokio::test]
    async fn whoever_asks_in_vain_stands_in_the_lane_and_nobody_else() {
        let guarded = guarded();
        for _ in 0..3 {
            assert_eq!(guarded.missed("one"), Ok(()));
        }
        assert!(guarded.missed("one").is_err());
        let first = guarded.enter("one").await.unwrap();
        assert!(first._held.is_some());
        assert!(guarded.enter("other").await.unwrap()._held.is_none(), "others are looked up meanwhile");
        drop(first);
        // The next one waits for a moment, and is not refused.
        assert!(guarded.enter("one").await.is_ok());
    }

    #[tokio::test]
    async fn only_where_many_wait_somebody_is_told_to_come_back() {
        let guarded = Arc::new(guarded());
        while guarded.missed("one").is_ok() {}
        let _first = guarded.enter("one").await.unwrap();
        let waiting: Vec<_> = (0..WAITING_MAX - 1)
            .map(|_| {
                let guarded = guarded.clone();
                tokio::spawn(async move { guarded.enter("one").await.is_ok() })
            })
            .collect();
        while guarded.lock()[&key("one")].waiting.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(guarded.enter("one").await, Err(Error::TooMany { .. })));
        drop(_first);
        for one in waiting {
            assert!(one.await.unwrap());
        }
    }
}
