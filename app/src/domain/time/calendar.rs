//! The calendar in UTC: takes moments apart into numbers, and reads RFC 3339. It does not use a library, because the
//! browser would download a tenth more. The tests compare it with one.

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// The days of 400 years, after which the calendar repeats, and the days from 0000-03-01 to 1970-01-01.
const ERA_DAYS: i64 = 146_097;
const DAYS_BEFORE_1970: i64 = 719_468;

/// A date and the time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain) struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
}

impl Civil {
    pub fn of_millis(millis: i64) -> Self {
        let seconds = millis.div_euclid(1_000);
        let (year, month, day) = date_of(seconds.div_euclid(DAY_SECONDS));
        let clock = seconds.rem_euclid(DAY_SECONDS);
        Self { year, month, day, hour: clock / 3_600, minute: clock / 60 % 60, second: clock % 60 }
    }
}

/// The milliseconds since 1970 of the beginning of a day written as `2026-11-23`.
pub(in crate::domain) fn millis_of_day(text: &str) -> Option<i64> {
    let (year, month, day) = match text.as_bytes() {
        [year @ .., b'-', m1, m2, b'-', d1, d2] if year.len() == 4 => {
            (number(year)?, number(&[*m1, *m2])?, number(&[*d1, *d2])?)
        }
        _ => return None,
    };
    let days = days_of(year, month, day);
    // An invalid date, such as 30 February, comes back as another one.
    (date_of(days) == (year, month, day)).then_some(days * DAY_SECONDS * 1_000)
}

/// The milliseconds since 1970 of a moment in RFC 3339: `2027-02-21T18:00:00.5+01:00`. Its letters may be
/// lower case. A leap second counts as the second before it.
pub(in crate::domain) fn millis_of_moment(text: &str) -> Option<i64> {
    let (day, time) = text.split_at_checked(10)?;
    let (clock, rest) = time.split_at_checked("T18:00:00".len())?;
    let (hour, minute, second) = match clock.as_bytes() {
        [b'T' | b't', h1, h2, b':', m1, m2, b':', s1, s2] => {
            (number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?)
        }
        _ => return None,
    };
    let (millis, zone) = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let (fraction, zone) = fraction.split_at(digits);
            (number(format!("{fraction:0<3}").get(..3).filter(|_| digits > 0)?.as_bytes())?, zone)
        }
        None => (0, rest),
    };
    let offset_minutes = match zone.as_bytes() {
        b"Z" | b"z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
            let offset = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
            if *sign == b'+' { offset } else { -offset }
        }
        _ => return None,
    };
    let fits = hour < 24 && minute < 60 && second <= 60;
    let seconds = hour * 3_600 + (minute - offset_minutes) * 60 + second.min(59);
    millis_of_day(day).filter(|_| fits).map(|begun| begun + seconds * 1_000 + millis)
}

fn number(digits: &[u8]) -> Option<i64> {
    let mut value = 0;
    for digit in digits {
        value = value * 10 + i64::from(digit.is_ascii_digit().then_some(digit - b'0')?);
    }
    Some(value)
}

/// Year, month and day, from days since 1970. Years begin in March here, so that a leap day is the last of its year.
/// After Howard Hinnant, `chrono`-Compatible Low-Level Date Algorithms.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_BEFORE_1970;
    let (era, of_era) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (5 * of_year + 2) / 153;
    let month = if months < 10 { months + 3 } else { months - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, of_year - (153 * months + 2) / 5 + 1)
}

/// The inverse of [`date_of`]. An invalid date gives an arbitrary day.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let months = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * months + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    era * ERA_DAYS + of_era - DAYS_BEFORE_1970
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn library(text: &str) -> Option<i64> {
        text.parse::<jiff::Timestamp>().ok().map(|moment| moment.as_nanosecond().div_euclid(1_000_000) as i64)
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for wrong in [
            "",
            "2027-02-21",
            "2027-02-21T18:00:00",
            "2027-02-21 18:00:00Z",
            "2027-02-21T18:00Z",
            "2027-02-21T24:00:00Z",
            "2027-02-21T18:60:00Z",
            "2027-02-21T18:00:61Z",
            "2027-02-21T18:00:00.Z",
            "2027-02-21T18:00:00+1:00",
            "2027-02-21T18:00:00+24:00",
            "2027-02-21T18:00:00Z[UTC]",
            "2027-02-30T18:00:00Z",
            "2027-13-01T18:00:00Z",
            "2027-00-10T18:00:00Z",
            "02027-02-21T18:00:00Z",
            "2027-02-2éT18:00:00Z",
        ] {
            assert_eq!(millis_of_moment(wrong), None, "{wrong}");
        }
        assert_eq!(millis_of_moment("2026-12-31T23:59:60Z"), library("2026-12-31T23:59:59Z"));
        for same in ["2027-02-21t18:00:00z", "2027-02-21T18:00:00.000000000Z", "2027-02-21t19:00:00+01:00"] {
            assert_eq!(millis_of_moment(same), library("2027-02-21T18:00:00Z"), "{same}");
        }
    }

    proptest! {
        #[test]
        fn moments_are_read_and_taken_apart_as_the_library_does(
            millis in -62_135_596_800_000i64..253_402_207_200_000,
            minutes in -1_439i64..1_440,
        ) {
            let moment = jiff::Timestamp::from_millisecond(millis)?;
            let at = jiff::tz::Offset::UTC.to_datetime(moment);
            let parts = (at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second());
            let ours = Civil::of_millis(millis);
            prop_assert_eq!((ours.year, ours.month, ours.day), (parts.0.into(), parts.1.into(), parts.2.into()));
            prop_assert_eq!((ours.hour, ours.minute, ours.second), (parts.3.into(), parts.4.into(), parts.5.into()));
            let offset = jiff::tz::Offset::from_seconds(i32::try_from(minutes * 60)?)?;
            for text in [moment.to_string(), moment.display_with_offset(offset).to_string()] {
                if text.starts_with('-') || text.len() < 20 { continue; }
                prop_assert_eq!(millis_of_moment(&text), Some(millis), "{}", text);
            }
        }

        #[test]
        fn days_are_those_of_the_library(year in 0i16..9_999, month in 0i8..=13, day in 0i8..=32) {
            let text = format!("{year:04}-{month:02}-{day:02}");
            let theirs = jiff::civil::Date::new(year, month, day).ok();
            let theirs = theirs.and_then(|date| library(&format!("{date}T00:00:00Z")));
            prop_assert_eq!(millis_of_day(&text), theirs);
        }

        #[test]
        fn reading_never_panics(text in ".{0,40}") {
            let _ = (millis_of_moment(&text), millis_of_day(&text));
        }
    }
}
