//! Old secrets that end by themselves once nobody presents them: whoever rotated the token has chosen that.
//!
//! Silence is believed only as far as somebody was listening. What happened while this process was not running, or had no
//! room to count, nobody knows: a secret is quiet from then on at the earliest. At the latest it ends as it would
//! have anyway.

use crate::domain::{Error, EventKind, QUIET_BATCH, Timestamp, Visit};
use crate::service::{QuietSecret, Service, StoreError, audit::event};
use serde_json::json;
use std::{pin::pin, time::Duration};
use tokio::{select, time::MissedTickBehavior};

/// How often they are looked for: what people choose are hours.
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
        }
    }

    /// Ends those that are quiet now, a number of them at a time, and says how many they were.
    pub async fn end_quiet_secrets(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let found = self.store.quiet_secrets(now, self.uses.complete_ms(now), QUIET_BATCH).await;
        let mut ended = 0;
        for secret in found? {
            // What is only in memory yet is a use as well. What cannot be written ends nothing.
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
