//! Whether the data can be written. Reading may go on long after writing has stopped, and without writes nothing can be
//! revoked. So a row is written regularly, and whenever somebody asks. The row holds the time, which therefore never
//! runs backwards, not even across a restart.

use super::Service;
use crate::domain::Error;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};
use tokio::{sync::Mutex, time::timeout};

/// Interval between writes: the most time that can repeat after a restart.
const BEATS_EVERY: Duration = Duration::from_secs(10);
/// Lifetime of an answer: all questions within it get the same one.
const HOLDS: Duration = Duration::from_secs(1);
/// Longest wait for a write.
const WAIT: Duration = Duration::from_secs(2);

#[derive(Default)]
pub struct Heartbeat {
    /// Locked during a write: one caller writes, the others wait for the result.
    last: Mutex<Option<(Instant, Result<(), Error>)>>,
    failed: AtomicBool,
}

impl Service {
    /// Can changes be written right now?
    pub async fn be_writable(&self) -> Result<(), Error> {
        let mut last = self.heartbeat.last.lock().await;
        if let Some((_, result)) = last.as_ref().filter(|(at, _)| at.elapsed() < HOLDS) {
            return result.clone();
        }
        let result = timeout(WAIT, self.beat()).await.unwrap_or(Err(Error::Unavailable));
        self.heartbeat.failed.store(result.is_err(), Ordering::Relaxed);
        *last = Some((Instant::now(), result.clone()));
        result
    }

    async fn beat(&self) -> Result<(), Error> {
        let latest = self.store.beat(self.clock.now()).await?;
        self.clock.not_before(latest);
        Ok(())
    }

    /// Continues from the latest time in the data, for a process that ends before it would write the time itself.
    pub async fn catch_up(&self) -> Result<(), Error> {
        if let Some(latest) = self.store.latest_beat().await? {
            self.clock.not_before(latest);
        }
        Ok(())
    }

    /// Whether the last attempt to write succeeded.
    pub fn is_writable(&self) -> bool {
        !self.heartbeat.failed.load(Ordering::Relaxed)
    }

    /// Writes the time for as long as the server runs.
    pub async fn keep_time(&self) {
        let mut ticks = tokio::time::interval(BEATS_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // A failure is logged where it happens.
            let _ = self.be_writable().await;
            let _ = self.write_counted_sign_ins(false).await;
        }
    }
}
