//! Failed sign-ins of nobody in particular. Whoever tries addresses that are nobody's could make the audit log grow for
//! ever: the first ones have a line each, and what is beyond that is counted, and has one line together every ten minutes.

use crate::domain::{Error, EventKind, Timestamp, Visit};
use crate::service::{Service, audit::event, throttle::Limiter};
use serde_json::json;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Those that have a line each: 60 at once, then one in two minutes.
const LINES: (u32, Duration) = (60, Duration::from_secs(120));
/// How often there is a line about those that had none.
const COUNTED_EVERY: Duration = Duration::from_secs(600);

pub struct Strangers {
    lines: Limiter,
    /// Those that have no line yet.
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
    /// Has this one a line of its own? When not, it is counted.
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

    /// Those that are to have a line now, and since when they were counted. They have to be added again if it cannot be
    /// written.
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
    /// Writes the line about failed sign-ins that had none: now and then, or `all` of them, because the server stops.
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
