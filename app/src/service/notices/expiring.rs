//! Saying that a token expires soon: 30 days, 7 days and a day before, each once, in the audit log, which is where everybody
//! is told from.

use crate::domain::{Error, EventKind, Visit};
use crate::service::{Service, audit::event};
use serde_json::json;
use std::time::Duration;

/// Interval between looks for tokens that expire.
const LOOKED_EVERY: Duration = Duration::from_secs(10 * 60);
/// The days before the end, the fewest first: of what was said late, the earlier is not said any more.
const DAYS: [i64; 3] = [1, 7, 30];
/// Tokens that are read at once.
const BATCH: u32 = 200;

impl Service {
    /// Says it for as long as the server runs.
    pub async fn keep_saying_what_expires(&self) {
        let mut ticks = tokio::time::interval(LOOKED_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // A failure is logged where it happens.
            let _ = self.say_what_expires().await;
        }
    }

    /// Says it of all tokens of which it is due and was not said. Of several processes, one says it.
    pub async fn say_what_expires(&self) -> Result<(), Error> {
        for days in DAYS {
            loop {
                let now = self.clock.now();
                let found = self.store.expiring_unsaid(now, days, BATCH).await?;
                for (token, expires_at) in &found {
                    let event = event::event(EventKind::TokenExpiring, now, None, &Visit::by_itself());
                    let event = event
                        .on_token(*token)
                        .with(&json!({ "expires_at": expires_at.to_string(), "days": days }));
                    self.store.say_expiring(*token, *expires_at, days, &event).await?;
                }
                if found.is_empty() {
                    break;
                }
            }
        }
        Ok(())
    }
}
