//! Verifications over time, by verdict: those of one token, of one person's tokens, or of everybody's.

use crate::domain::{Timestamp, Verdict};
use serde::{Deserialize, Serialize};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The time over which verifications are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UsageRange {
    /// 24 hours, hour by hour.
    #[default]
    Day,
    /// 30 days, day by day, in UTC.
    Month,
}

impl UsageRange {
    pub const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// The name in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.as_str() == name)
    }

    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Month => "30 days",
        }
    }

    /// The length of each step, in milliseconds.
    pub const fn step_ms(self) -> i64 {
        match self {
            Self::Day => HOUR_MS,
            Self::Month => DAY_MS,
        }
    }

    const fn steps(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Month => 30,
        }
    }

    /// The beginning of the first step. The last step is the one that `now` lies in.
    pub fn since(self, now: Timestamp) -> Timestamp {
        let current = now.as_millis() - now.as_millis().rem_euclid(self.step_ms());
        Timestamp::from_millis(current - (self.steps() - 1) * self.step_ms())
    }
}

/// The number of verifications with one verdict in the step that starts at `begins`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageCount {
    pub begins: Timestamp,
    pub verdict: Verdict,
    pub count: u64,
}

/// Verifications from the first step of a range on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    pub range: UsageRange,
    /// The moment at which it was read.
    pub now: Timestamp,
    /// One for each step and verdict with verifications.
    pub counts: Vec<UsageCount>,
}

/// The [`Usage`] of many tokens together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseTotals {
    pub usage: Usage,
    /// The beginning of the last hour with verifications, however long ago. `None` when there never were any.
    pub last_hour: Option<Timestamp>,
}

impl Usage {
    /// The beginnings of the steps, the earliest first.
    pub fn steps(&self) -> Vec<Timestamp> {
        let since = self.range.since(self.now).as_millis();
        (0..self.range.steps())
            .map(|step| Timestamp::from_millis(since + step * self.range.step_ms()))
            .collect()
    }

    pub fn in_step(&self, begins: Timestamp, verdict: Verdict) -> u64 {
        self.counts.iter().filter(|t| t.begins == begins && t.verdict == verdict).map(|t| t.count).sum()
    }

    pub fn all_in_step(&self, begins: Timestamp) -> u64 {
        self.counts.iter().filter(|t| t.begins == begins).map(|t| t.count).sum()
    }

    pub fn of_verdict(&self, verdict: Verdict) -> u64 {
        self.counts.iter().filter(|t| t.verdict == verdict).map(|t| t.count).sum()
    }

    pub fn total(&self) -> u64 {
        self.counts.iter().map(|t| t.count).sum()
    }

    pub fn denied(&self) -> u64 {
        self.total() - self.of_verdict(Verdict::Valid)
    }

    /// The verdicts that occurred, in the order of [`Verdict::ALL`].
    pub fn verdicts(&self) -> Vec<Verdict> {
        Verdict::ALL.into_iter().filter(|verdict| self.of_verdict(*verdict) > 0).collect()
    }

    /// The step with the most verifications, if there were any.
    pub fn busiest(&self) -> Option<Timestamp> {
        self.steps().into_iter().rev().max_by_key(|step| self.all_in_step(*step)).filter(|_| self.total() > 0)
    }

    /// The percentage of denied verifications: `4.1%`. `0%` means none at all, `100%` means all. `None` when there were
    /// no verifications.
    pub fn denied_share(&self) -> Option<String> {
        let (denied, total) = (u128::from(self.denied()), u128::from(self.total()));
        let tenths = (denied * 2_000 + total).checked_div(2 * total)?;
        Some(match tenths {
            0 if denied > 0 => "under 0.1%".to_owned(),
            1_000 if denied < total => "over 99.9%".to_owned(),
            tenths if tenths % 10 == 0 => format!("{}%", tenths / 10),
            tenths => format!("{}.{}%", tenths / 10, tenths % 10),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(range: UsageRange) -> Usage {
        let now = Timestamp::parse("2026-11-25T13:17:00Z").unwrap_or(Timestamp::from_millis(0));
        Usage { range, now, counts: vec![] }
    }

    #[test]
    fn a_day_is_this_hour_and_the_23_before_and_a_month_today_and_the_29_days_before() {
        let ends = |range| {
            let steps = usage(range).steps();
            (steps.len(), steps.first().map(ToString::to_string), steps.last().map(ToString::to_string))
        };
        let at = |text: &str| Some(format!("2026-{text}:00:00.000Z"));
        assert_eq!(ends(UsageRange::Day), (24, at("11-24T14"), at("11-25T13")));
        assert_eq!(ends(UsageRange::Month), (30, at("10-27T00"), at("11-25T00")));
    }

    #[test]
    fn counts_are_those_of_their_step_and_verdict() {
        let mut all = usage(UsageRange::Day);
        let steps = all.steps();
        assert_eq!((all.total(), all.busiest(), all.verdicts()), (0, None, vec![]));
        let count = |at: usize, verdict, count| UsageCount { begins: steps[at], verdict, count };
        all.counts = vec![
            count(3, Verdict::Valid, 5),
            count(3, Verdict::Expired, 2),
            count(7, Verdict::Valid, 7),
            count(9, Verdict::RateLimited, 1),
        ];
        assert_eq!((all.total(), all.denied(), all.of_verdict(Verdict::Valid)), (15, 3, 12));
        assert_eq!((all.in_step(steps[3], Verdict::Expired), all.all_in_step(steps[3])), (2, 7));
        assert_eq!(all.busiest(), Some(steps[3]), "the first of those that are alike");
        assert_eq!(all.verdicts(), [Verdict::Valid, Verdict::Expired, Verdict::RateLimited]);
    }

    #[test]
    fn a_share_is_a_tenth_of_a_percent_exact_and_nothing_is_rounded_away() {
        let share = |denied: u64, valid: u64| {
            let mut all = usage(UsageRange::Day);
            let begins = all.steps()[0];
            all.counts = vec![
                UsageCount { begins, verdict: Verdict::Valid, count: valid },
                UsageCount { begins, verdict: Verdict::Expired, count: denied },
            ];
            all.denied_share()
        };
        assert_eq!(share(0, 0), None);
        for (denied, valid, said) in [
            (0, 7, "0%"),
            (1, 1, "50%"),
            (1, 2, "33.3%"),
            (2, 1, "66.7%"),
            (1, 999, "0.1%"),
            (1, 9_999, "under 0.1%"),
            (9_999, 1, "over 99.9%"),
            (7, 0, "100%"),
            (u64::MAX / 2, u64::MAX / 2, "50%"),
        ] {
            assert_eq!(share(denied, valid).as_deref(), Some(said), "{denied} of {}", denied + valid);
        }
    }

    #[test]
    fn a_range_has_one_name() {
        for range in UsageRange::ALL {
            assert_eq!(UsageRange::from_name(range.as_str()), Some(range));
        }
        assert_eq!(UsageRange::from_name("Day"), None);
    }
}
