//! Moments. Stored as milliseconds, shown in UTC first; the browser makes them relative once the page is hydrated.

use crate::domain::time::calendar::{Civil, millis_of_day, millis_of_moment};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// 0001-01-01T00:00:00Z and the last millisecond of 9999: between them, a year has four digits. The last
    /// millisecond also counts as the end of its day, which other programs write to mean never.
    const MIN: i64 = -62_135_596_800_000;
    const MAX: i64 = 253_402_300_799_999;

    /// A moment outside of the calendar is clamped to the nearest one inside.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::MIN, Self::MAX))
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    fn civil(self) -> Civil {
        Civil::of_millis(self.0)
    }

    /// `23 Nov 2026`, in UTC.
    pub fn date(self) -> String {
        let at = self.civil();
        format!("{} {} {}", at.day, month(at), at.year)
    }

    /// `23 Nov 2026, 18:04 UTC`.
    pub fn date_time(self) -> String {
        let at = self.civil();
        format!("{}, {:02}:{:02} UTC", self.date(), at.hour, at.minute)
    }

    /// `18:04`, in UTC.
    pub fn clock(self) -> String {
        let at = self.civil();
        format!("{:02}:{:02}", at.hour, at.minute)
    }

    /// `23 Nov`, in UTC.
    pub fn day(self) -> String {
        let at = self.civil();
        format!("{} {}", at.day, month(at))
    }

    /// `2026-11-23 18:04:05`, in UTC. The width is fixed, so that lines of a log align.
    pub fn log_time(self) -> String {
        let at = self.civil();
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            at.year, at.month, at.day, at.hour, at.minute, at.second
        )
    }

    /// Reads RFC 3339 with any offset: `2027-02-21T18:00:00Z`. `None` for a moment outside of the calendar.
    pub fn parse(text: &str) -> Option<Self> {
        let millis = millis_of_moment(text)?;
        (Self::MIN..=Self::MAX).contains(&millis).then_some(Self(millis))
    }

    /// The end of a day written as `2027-02-21`, in UTC: the first moment after it.
    pub fn end_of_day(text: &str) -> Option<Self> {
        Self::of_day(text).map(Self::next_day)
    }

    /// The day that ends at this moment, as [`Self::end_of_day`] reads it, if there is one.
    pub fn ended_day(self) -> Option<String> {
        let at = self.last_before().civil();
        let day = format!("{:04}-{:02}-{:02}", at.year, at.month, at.day);
        (Self::end_of_day(&day) == Some(self)).then_some(day)
    }

    /// `the end of 21 Feb 2027, UTC`, or the exact moment if it is not the end of a day.
    pub fn end_in_words(self) -> String {
        match self.ended_day() {
            Some(_) => format!("the end of {}, UTC", self.last_before().date()),
            None => self.date_time(),
        }
    }

    /// Its age at `now`: `2 minutes ago`.
    pub fn ago(self, now: Self) -> String {
        let seconds = (now.0 - self.0) / 1_000;
        let (size, unit) = match seconds {
            ..60 => return "just now".to_owned(),
            60..3_600 => (60, "minute"),
            3_600..86_400 => (3_600, "hour"),
            _ => (86_400, "day"),
        };
        let count = seconds / size;
        format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
    }

    /// The last moment before this one.
    pub fn last_before(self) -> Self {
        Self::from_millis(self.0 - 1)
    }

    /// The beginning of a day written as `2026-11-23`, in UTC.
    pub fn of_day(text: &str) -> Option<Self> {
        millis_of_day(text).map(Self::from_millis)
    }

    /// The moment 24 hours later.
    pub fn next_day(self) -> Self {
        Self::from_millis(self.0.saturating_add(24 * 60 * 60 * 1_000))
    }
}

fn month(at: Civil) -> &'static str {
    usize::try_from(at.month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("")
}

/// RFC 3339 in UTC, to the millisecond: `2026-11-23T18:04:05.120Z`. Digit by digit, since most verdicts tell a moment, and
/// the formatting of numbers would be a tenth of their cost.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil();
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let millis = self.0.rem_euclid(1_000);
        for (last, mut rest) in [
            (3, at.year),
            (6, at.month),
            (9, at.day),
            (12, at.hour),
            (15, at.minute),
            (18, at.second),
            (22, millis),
        ] {
            for digit in text[..=last].iter_mut().rev() {
                let [low, ..] = (rest % 10).to_le_bytes();
                *digit += low;
                rest /= 10;
                if rest == 0 {
                    break;
                }
            }
        }
        f.write_str(str::from_utf8(&text).unwrap_or_default())
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
        assert_eq!((moment.day(), moment.clock()), ("23 Nov".to_owned(), "18:04".to_owned()));
    }

    #[test]
    fn moments_before_1970_keep_their_milliseconds() {
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_day_ends_with_the_first_moment_after_it() {
        let end = Timestamp::end_of_day("2028-02-29");
        assert_eq!(end, Timestamp::parse("2028-03-01T00:00:00Z"));
        assert_eq!(end.and_then(Timestamp::ended_day), Some("2028-02-29".to_owned()));
        assert_eq!(end.map(|end| end.last_before().date()), Some("29 Feb 2028".to_owned()));
        assert_eq!(end.map(Timestamp::end_in_words).as_deref(), Some("the end of 29 Feb 2028, UTC"));
        let within = Timestamp::parse("2028-02-29T18:00:00Z");
        assert_eq!(within.map(Timestamp::end_in_words).as_deref(), Some("29 Feb 2028, 18:00 UTC"));
        assert_eq!(within.and_then(Timestamp::ended_day), None);
        let last = Timestamp::end_of_day("9999-12-31");
        assert_eq!(last, Timestamp::parse("9999-12-31T23:59:59.999Z"));
        assert_eq!(last.and_then(Timestamp::ended_day).as_deref(), Some("9999-12-31"));
        for no_day in ["2027-02-29", "2027-2-1", "20270221", "21.02.2027", "2027-02-21T", "+2027-02-1"] {
            assert_eq!(Timestamp::end_of_day(no_day), None, "{no_day}");
        }
    }

    #[test]
    fn a_moment_beyond_the_calendar_does_not_panic() {
        assert_eq!(Timestamp::from_millis(i64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::from_millis(i64::MIN).to_string(), "0001-01-01T00:00:00.000Z");
    }
}
