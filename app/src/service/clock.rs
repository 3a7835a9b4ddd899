//! The time of day, behind a trait so that a test can set it.

use crate::domain::Timestamp;
use std::{
    sync::atomic::{AtomicBool, AtomicI64, Ordering},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Tells the clock a time that has been reached before. From now on it is not earlier than that.
    fn not_before(&self, _latest: Timestamp) {}
}

/// The clock of the operating system.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The system's clock, except that it never goes back: what has expired stays expired, whoever sets the system's clock.
/// While the system's clock is behind, time goes on at the pace of the monotonic clock.
pub struct SteadyClock {
    began: Instant,
    /// Largest lead of the system's clock over the time since `began`, in milliseconds.
    ahead: AtomicI64,
    has_warned: AtomicBool,
}

/// Lag or step of the system's clock beyond which a warning is logged, in milliseconds.
const STEP_MS: i64 = 60 * 1_000;

impl Default for SteadyClock {
    fn default() -> Self {
        Self { began: Instant::now(), ahead: AtomicI64::new(i64::MIN), has_warned: AtomicBool::new(false) }
    }
}

impl SteadyClock {
    fn elapsed(&self) -> i64 {
        i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// The time when the system's clock says `system` and `elapsed` has passed since `began`, in milliseconds.
    fn at(&self, system: i64, elapsed: i64) -> i64 {
        let seen = system.saturating_sub(elapsed);
        let highest = self.ahead.load(Ordering::Relaxed);
        // Written only when it grows, since every verification reads it.
        let ahead = if seen > highest {
            if let Some(step_ms) = step(highest, seen) {
                tracing::warn!(
                    step_ms,
                    "the clock was set forward; what ends in that time has ended, and stays so"
                );
            }
            self.ahead.fetch_max(seen, Ordering::Relaxed).max(seen)
        } else {
            highest
        };
        ahead.saturating_add(elapsed)
    }
}

/// The lead that a clock has over its highest one before, where that is a step and no drift.
fn step(highest: i64, seen: i64) -> Option<i64> {
    let has_begun = highest != i64::MIN;
    Some(seen.saturating_sub(highest)).filter(|step| has_begun && *step > STEP_MS)
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.at(SystemClock.now().as_millis(), self.elapsed()))
    }

    fn not_before(&self, latest: Timestamp) {
        let (system, latest_ms) = (SystemClock.now(), latest.as_millis());
        self.at(latest_ms, self.elapsed());
        let is_behind = latest_ms.saturating_sub(system.as_millis()) > STEP_MS;
        if is_behind && !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(%system, %latest, "the system's clock was set back, or is behind another node's; time goes on from the latest that was seen");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_back_and_never_stands_still() {
        let clock = SteadyClock::default();
        assert_eq!(clock.at(10_000, 0), 10_000);
        assert_eq!(clock.at(10_500, 500), 10_500);
        assert_eq!(clock.at(4_000, 600), 10_600, "set back, it goes on from where it was");
        assert_eq!(clock.at(5_000, 1_600), 11_600);
        assert_eq!(clock.at(50_000, 1_700), 50_000, "set forward, it follows");
        assert_eq!(clock.at(12_000, 1_800), 50_100);
    }

    #[test]
    fn a_step_forward_is_told_and_no_drift() {
        assert_eq!(step(1_000, 1_000 + STEP_MS), None);
        assert_eq!(step(1_000, 1_001 + STEP_MS), Some(STEP_MS + 1));
        assert_eq!(step(i64::MIN, 1_795_457_045_000), None, "the first time is no step");
    }

    #[test]
    fn what_is_remembered_counts_as_seen() {
        let clock = SteadyClock::default();
        let later = SystemClock.now().as_millis() + 3_600_000;
        clock.not_before(Timestamp::from_millis(later));
        assert!(clock.now().as_millis() >= later);
        clock.not_before(Timestamp::from_millis(1));
        assert!(clock.now().as_millis() >= later);
    }
}
