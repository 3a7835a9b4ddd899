//! Failed sign-ins of nobody in particular. A caller who tries unknown addresses could make the audit log grow for
//! ever. So the first failures have a line each; the others are counted, and share one line every ten minutes.

use crate::domain::{Error, EventKind, Timestamp, Visit};
use crate::service::{Service, audit::event, throttle::Limiter};
use serde_json::json;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Failures that have a line each: 60 at once, then one in two minutes.
const LINES: (u32, Duration) = (60, Duration::from_secs(120));
/// Interval between lines about the others.
const COUNTED_EVERY: Duration = Duration::from_secs(600);

pub struct Strangers {
    lines: Limiter,
    /// Failures that have no line yet.
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    count: u64,
    since: Option<Timestamp>,
    written_at: Option<Instant>,
}

impl Default for Strangers {
    fn default() -> Self {
        Self { lines: Limiter::of(LINES), counted: Mutex::default() }
    }
}

impl Strangers {
    /// Whether this failure has a line of its own. If not, it is counted.
    pub fn is_worth_a_line(&self, now: Timestamp) -> bool {
        if self.lines.spend("everybody").is_ok() {
            return true;
        }
        self.add(1, now);
        false
    }

    fn add(&self, count: u64, since: Timestamp) {
        let mut counted = self.lock();
        counted.count += count;
        counted.since = counted.since.into_iter().chain([since]).min();
    }

    /// The failures that are to have a line now, and the time since which they were counted. The caller adds them again
    /// if the line cannot be written.
    fn take(&self, all: bool) -> Option<(u64, Timestamp)> {
        let mut counted = self.lock();
        let is_due = all || counted.written_at.is_none_or(|at| at.elapsed() >= COUNTED_EVERY);
        let since = counted.since.filter(|_| is_due)?;
        let count = counted.count;
        *counted = Counted { written_at: Some(Instant::now()), ..Counted::default() };
        Some((count, since))
    }

    // A lock is poisoned by a panic under it; nothing here panics.
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// Writes the line about failed sign-ins that had none, if it is due; with `all`, at once, because the server
    /// stops.
    pub async fn write_counted_sign_ins(&self, all: bool) -> Result<(), Error> {
        let Some((count, since)) = self.strangers.take(all) else { return Ok(()) };
        let event = event::event(EventKind::SignInFailed, self.clock.now(), None, &Visit::by_itself());
        let event = event.with(&json!({ "count": count, "since": since.to_string() }));
        self.store.record(&event).await.map_err(|error| {
            self.strangers.add(count, since);
            Error::from(error)
        })
    }
}
