//! Old secrets that end on their own once nobody presents them, as chosen at the rotation.
//!
//! Silence counts only while somebody was listening. Uses are unknown for the time when this process was not running,
//! or had no room to count: a secret is quiet from the end of that time at the earliest. At the latest it ends when it
//! would have ended anyway.

use crate::domain::{Error, EventKind, QUIET_BATCH, Timestamp, Visit};
use crate::service::{QuietSecret, Service, StoreError, audit::event};
use serde_json::json;
use std::{pin::pin, time::Duration};
use tokio::{select, time::MissedTickBehavior};

/// Interval between searches for quiet secrets. The times that people choose are hours.
const LOOKED_EVERY: Duration = Duration::from_secs(60);

impl Service {
    /// Ends old secrets that are quiet until it is told to stop.
    pub async fn keep_ending_quiet_secrets(&self, stop: impl Future<Output = ()>) {
        let mut ticks = tokio::time::interval(LOOKED_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stop = pin!(stop);
        loop {
            select! {
                () = &mut stop => break,
                _ = ticks.tick() => {}
            }
            // A failure is logged where it happens; those that are left are there the next time.
            let _ = self.end_quiet_secrets().await;
            let _ = self.end_exchanged().await;
        }
    }

    /// Ends secrets that are quiet now, at most [`QUIET_BATCH`] of them, and returns how many.
    pub async fn end_quiet_secrets(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let found = self.store.quiet_secrets(now, self.uses.complete_ms(now), QUIET_BATCH).await;
        let mut ended = 0;
        for secret in found? {
            // Uses that are only in memory count as well. If they cannot be written, nothing ends.
            self.flush_uses().await?;
            ended += usize::from(self.end_quiet_secret(&secret, self.clock.now()).await?);
        }
        Ok(ended)
    }

    async fn end_quiet_secret(&self, secret: &QuietSecret, now: Timestamp) -> Result<bool, Error> {
        let details = json!({ "name": secret.name, "quiet_seconds": secret.quiet_ms / 1_000 });
        let event = event::event(EventKind::OldSecretEnded, now, None, &Visit::by_itself());
        let event = event.on_token(secret.token).with(&details);
        match self.store.end_quiet_secret(secret, self.uses.complete_ms(now), &event).await {
            Ok(()) => Ok(true),
            // Somebody has presented it after all, or was quicker to end it.
            Err(StoreError::NotFound) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }
}
