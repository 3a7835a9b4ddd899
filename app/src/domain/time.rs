//! Moments. Stored as milliseconds, shown in UTC first; the browser makes them relative once it is awake.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// 0001-01-01T00:00:00Z and 9999-12-30T22:00:00Z: between them, a year has four digits in every time zone.
    const MIN: i64 = -62_135_596_800_000;
    const MAX: i64 = 253_402_207_200_000;

    /// A moment outside of the calendar becomes the nearest one inside.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::MIN, Self::MAX))
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    fn civil(self) -> jiff::civil::DateTime {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        jiff::tz::Offset::UTC.to_datetime(moment)
    }

    /// `23 Nov 2026`, in UTC.
    pub fn date(self) -> String {
        let at = self.civil();
        format!("{} {} {}", at.day(), month(at), at.year())
    }

    /// `23 Nov 2026, 18:04 UTC`.
    pub fn date_time(self) -> String {
        let at = self.civil();
        format!("{}, {:02}:{:02} UTC", self.date(), at.hour(), at.minute())
    }

    /// `2026-11-23 18:04:05`, in UTC: as wide as the one above and below it.
    pub fn log_time(self) -> String {
        let at = self.civil();
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// Reads RFC 3339, in any offset: `2027-02-21T18:00:00Z`. Nothing outside of the calendar.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() >= "2027-02-21T18:00:00Z".len() && text.as_bytes().get(10) == Some(&b'T');
        let moment: jiff::Timestamp = text.parse().ok().filter(|_| fits && !text.contains('['))?;
        let millis = moment.as_millisecond();
        (Self::MIN..=Self::MAX).contains(&millis).then_some(Self(millis))
    }

    /// The beginning of a day written as `2026-11-23`, in UTC.
    pub fn of_day(text: &str) -> Option<Self> {
        let date: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == "2026-11-23".len())?;
        let moment = jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
        Some(Self::from_millis(moment.as_millisecond()))
    }

    /// The same time a day later.
    pub fn next_day(self) -> Self {
        Self::from_millis(self.0.saturating_add(24 * 60 * 60 * 1_000))
    }
}

fn month(at: jiff::civil::DateTime) -> &'static str {
    usize::try_from(at.month() - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("")
}

/// RFC 3339 in UTC, to the millisecond: `2026-11-23T18:04:05.120Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil();
        write!(f, "{:04}-{:02}-{:02}T", at.year(), at.month(), at.day())?;
        let millis = self.0.rem_euclid(1_000);
        write!(f, "{:02}:{:02}:{:02}.{millis:03}Z", at.hour(), at.minute(), at.second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_utc() {
        let moment = Timestamp::from_millis(1_795_457_045_120);
        assert_eq!(moment.to_string(), "2026-11-23T18:04:05.120Z");
        assert_eq!(moment.date(), "23 Nov 2026");
        assert_eq!(moment.date_time(), "23 Nov 2026, 18:04 UTC");
    }

    #[test]
    fn moments_before_1970_keep_their_milliseconds() {
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_moment_beyond_the_calendar_does_not_panic() {
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9999-12-30T22:00:00.000Z");
        assert_eq!(Timestamp::from_millis(i64::MIN).to_string(), "0001-01-01T00:00:00.000Z");
    }
}
