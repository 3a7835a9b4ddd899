//! The use of a token in the last day, hour by hour, to fit the width of a column.

use crate::domain::{Timestamp, grouped};

const HOUR_MS: i64 = 60 * 60 * 1_000;
/// Number of hours shown: the current one and those before it.
pub const USAGE_HOURS: usize = 24;

/// Verifications by the hour, the oldest first: the number of valid ones, and of refused ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HourlyUsage {
    pub hours: [(u64, u64); USAGE_HOURS],
}

impl HourlyUsage {
    /// The beginning of the first hour shown at `now`.
    pub fn begins(now: Timestamp) -> Timestamp {
        let hour = now.as_millis().div_euclid(HOUR_MS);
        Timestamp::from_millis((hour - (USAGE_HOURS as i64 - 1)) * HOUR_MS)
    }

    /// Adds a count for an hour. An hour outside of those shown is ignored.
    pub fn add(&mut self, begins: Timestamp, hour: Timestamp, is_valid: bool, count: u64) {
        let place = (hour.as_millis() - begins.as_millis()).div_euclid(HOUR_MS);
        if let Some((valid, refused)) = usize::try_from(place).ok().and_then(|i| self.hours.get_mut(i)) {
            let sum = if is_valid { valid } else { refused };
            *sum = sum.saturating_add(count);
        }
    }

    pub fn most(&self) -> u64 {
        self.hours.iter().map(|(valid, refused)| valid.saturating_add(*refused)).max().unwrap_or_default()
    }

    /// `Last 24 hours: 1,204 valid, 3 refused`.
    pub fn in_words(&self) -> String {
        let sum = |pick: fn(&(u64, u64)) -> u64| self.hours.iter().map(pick).fold(0, u64::saturating_add);
        let (valid, refused) = (sum(|hour| hour.0), sum(|hour| hour.1));
        format!("Last {USAGE_HOURS} hours: {} valid, {} refused", grouped(valid), grouped(refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_its_place_and_the_day_before_has_none() {
        let now = Timestamp::from_millis(100 * HOUR_MS + 5);
        let begins = HourlyUsage::begins(now);
        let mut usage = HourlyUsage::default();
        for (hour, is_valid, count) in
            [(100, true, 7), (100, false, 2), (77, true, 1), (76, true, 9), (101, true, 9)]
        {
            usage.add(begins, Timestamp::from_millis(hour * HOUR_MS), is_valid, count);
        }
        assert_eq!((usage.hours[23], usage.hours[0], usage.most()), ((7, 2), (1, 0), 9));
        assert_eq!(usage.in_words(), "Last 24 hours: 8 valid, 2 refused");
    }
}
