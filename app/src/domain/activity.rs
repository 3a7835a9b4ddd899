//! What one token is used for: its verifications over a day or a month, who presented it, and which of its
//! permissions anybody asks for.
//!
//! Counts by the hour, and no evidence: how exactly they are told apart is bounded when they are noted.

use super::{Permission, PermissionSet, Timestamp, Verdict};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// What stands in the place of permissions, address and client that are not told apart any more.
pub const OTHER_USE: &str = "other";

/// Over which time activity is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ActivityRange {
    /// 24 hours, hour by hour.
    #[default]
    Day,
    /// 30 days, day by day, in UTC.
    Month,
}

impl ActivityRange {
    pub const ALL: [Self; 2] = [Self::Day, Self::Month];

    /// As it stands in a URL.
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

    /// How long each of its steps is, in milliseconds.
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

    /// When its first step begins. The last one is the one that goes on now.
    pub fn since(self, now: Timestamp) -> Timestamp {
        let current = now.as_millis() - now.as_millis().rem_euclid(self.step_ms());
        Timestamp::from_millis(current - (self.steps() - 1) * self.step_ms())
    }
}

/// How many verifications had one verdict in the step that begins at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    pub begins: Timestamp,
    pub verdict: Verdict,
    pub count: u64,
}

/// Somebody who presented the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presenter {
    /// Empty when it was not said.
    pub address: String,
    pub client: String,
    pub count: u64,
    /// When the last hour in which they did began.
    pub last_hour: Timestamp,
}

impl Presenter {
    /// Those who came when so many had come already that they are counted together.
    pub fn is_others(&self) -> bool {
        self.address == OTHER_USE
    }
}

/// How often something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    pub verdict: Verdict,
    /// What was wanted, separated by spaces.
    pub wanted: String,
    pub count: u64,
}

impl Denial {
    /// Was too much wanted in that hour to keep what it was?
    pub fn is_others(&self) -> bool {
        self.wanted == OTHER_USE
    }

    /// What was wanted and the token lacks now. Nothing when it was refused for another reason.
    pub fn lacks(&self, held: &PermissionSet) -> Vec<Permission> {
        let wanted = self.wanted.split_ascii_whitespace().filter_map(|text| text.parse().ok());
        let is_reason = self.verdict == Verdict::PermissionMissing;
        wanted.filter(|permission| is_reason && !held.contains(permission)).collect()
    }
}

/// Permissions that were asked for together and found to be held, last in the hour that begins then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exercise {
    pub wanted: String,
    pub last_hour: Timestamp,
}

/// The first rows of many, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Top<T> {
    pub rows: Vec<T>,
    pub count: u64,
}

impl<T> Top<T> {
    /// Those that are not among the rows.
    pub fn more(&self) -> u64 {
        self.count.saturating_sub(self.rows.len() as u64)
    }
}

/// When a permission that a token holds was last asked for with success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastExercise {
    /// In the hour that begins then.
    At(Timestamp),
    /// Not in the last month.
    Never,
    /// Some uses were counted without what they wanted; perhaps this.
    Unknown,
}

/// The uses of one token, as far as its page shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    pub range: ActivityRange,
    /// When it was read.
    pub now: Timestamp,
    /// Of each step and verdict that has some.
    pub tallies: Vec<Tally>,
    /// The most frequent ones first.
    pub presenters: Top<Presenter>,
    pub denials: Top<Denial>,
    /// Over a month, whatever the range: the latest first.
    pub exercises: Top<Exercise>,
}

impl Activity {
    /// The beginnings of its steps, the earliest first.
    pub fn steps(&self) -> Vec<Timestamp> {
        let since = self.range.since(self.now).as_millis();
        (0..self.range.steps())
            .map(|step| Timestamp::from_millis(since + step * self.range.step_ms()))
            .collect()
    }

    pub fn in_step(&self, begins: Timestamp, verdict: Verdict) -> u64 {
        self.tallies.iter().filter(|t| t.begins == begins && t.verdict == verdict).map(|t| t.count).sum()
    }

    pub fn all_in_step(&self, begins: Timestamp) -> u64 {
        self.tallies.iter().filter(|t| t.begins == begins).map(|t| t.count).sum()
    }

    pub fn of_verdict(&self, verdict: Verdict) -> u64 {
        self.tallies.iter().filter(|t| t.verdict == verdict).map(|t| t.count).sum()
    }

    pub fn total(&self) -> u64 {
        self.tallies.iter().map(|t| t.count).sum()
    }

    pub fn denied(&self) -> u64 {
        self.total() - self.of_verdict(Verdict::Valid)
    }

    /// The verdicts that there were, in their order.
    pub fn verdicts(&self) -> Vec<Verdict> {
        Verdict::ALL.into_iter().filter(|verdict| self.of_verdict(*verdict) > 0).collect()
    }

    /// The step with the most verifications, if there were any.
    pub fn busiest(&self) -> Option<Timestamp> {
        self.steps().into_iter().rev().max_by_key(|step| self.all_in_step(*step)).filter(|_| self.total() > 0)
    }

    pub fn last_exercise(&self, permission: &Permission) -> LastExercise {
        let is_of =
            |exercise: &&Exercise| exercise.wanted.split_ascii_whitespace().any(|p| p == permission.as_str());
        let is_vague = self.exercises.more() > 0
            || self.exercises.rows.iter().any(|exercise| exercise.wanted == OTHER_USE);
        match self.exercises.rows.iter().filter(is_of).map(|exercise| exercise.last_hour).max() {
            Some(hour) => LastExercise::At(hour),
            None if is_vague => LastExercise::Unknown,
            None => LastExercise::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-25T13:17:00Z.
    fn now() -> Timestamp {
        Timestamp::parse("2026-11-25T13:17:00Z").unwrap_or(Timestamp::from_millis(0))
    }

    fn activity(range: ActivityRange, exercises: &[(&str, i64)]) -> Activity {
        let exercises: Vec<Exercise> = exercises
            .iter()
            .map(|(wanted, hour)| Exercise {
                wanted: (*wanted).to_owned(),
                last_hour: Timestamp::from_millis(hour * HOUR_MS),
            })
            .collect();
        let count = exercises.len() as u64;
        let (presenters, denials) = (Top { rows: vec![], count: 0 }, Top { rows: vec![], count: 0 });
        let exercises = Top { rows: exercises, count };
        Activity { range, now: now(), tallies: vec![], presenters, denials, exercises }
    }

    #[test]
    fn a_day_is_this_hour_and_the_23_before_and_a_month_today_and_the_29_days_before() {
        let ends = |range| {
            let steps = activity(range, &[]).steps();
            (steps.len(), steps.first().map(ToString::to_string), steps.last().map(ToString::to_string))
        };
        let at = |text: &str| Some(format!("2026-{text}:00:00.000Z"));
        assert_eq!(ends(ActivityRange::Day), (24, at("11-24T14"), at("11-25T13")));
        assert_eq!(ends(ActivityRange::Month), (30, at("10-27T00"), at("11-25T00")));
    }

    #[test]
    fn counts_are_those_of_their_step_and_verdict() {
        let mut all = activity(ActivityRange::Day, &[]);
        let steps = all.steps();
        assert_eq!((all.total(), all.busiest(), all.verdicts()), (0, None, vec![]));
        let tally = |at: usize, verdict, count| Tally { begins: steps[at], verdict, count };
        all.tallies = vec![
            tally(3, Verdict::Valid, 5),
            tally(3, Verdict::Expired, 2),
            tally(7, Verdict::Valid, 7),
            tally(9, Verdict::RateLimited, 1),
        ];
        assert_eq!((all.total(), all.denied(), all.of_verdict(Verdict::Valid)), (15, 3, 12));
        assert_eq!((all.in_step(steps[3], Verdict::Expired), all.all_in_step(steps[3])), (2, 7));
        assert_eq!(all.busiest(), Some(steps[3]), "the first of those that are alike");
        assert_eq!(all.verdicts(), [Verdict::Valid, Verdict::Expired, Verdict::RateLimited]);
    }

    #[test]
    fn a_permission_was_exercised_when_it_was_among_those_that_were_wanted() {
        let last = |exercises: &[(&str, i64)], permission: &str| {
            permission.parse().map(|p| activity(ActivityRange::Day, exercises).last_exercise(&p))
        };
        let exercises = [("a:read b:read", 9), ("b:read", 7), ("", 5)];
        let at = |hour: i64| Ok(LastExercise::At(Timestamp::from_millis(hour * HOUR_MS)));
        assert_eq!(last(&exercises, "b:read"), at(9));
        assert_eq!(last(&exercises, "a:rea"), Ok(LastExercise::Never), "a part of a name is another one");
        assert_eq!(last(&[("other", 9), ("b:read", 7)], "b:read"), at(7));
        assert_eq!(last(&[("other", 9), ("b:read", 7)], "a:read"), Ok(LastExercise::Unknown));
    }

    #[test]
    fn a_denial_names_what_the_token_lacks_when_that_was_the_reason() {
        let held: PermissionSet = "a:read".parse().into_iter().collect();
        let denial = |verdict| Denial { verdict, wanted: "a:read b:write".to_owned(), count: 1 };
        let lacks = |verdict| {
            denial(verdict).lacks(&held).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(lacks(Verdict::PermissionMissing), "b:write");
        assert_eq!(lacks(Verdict::RateLimited), "");
    }

    #[test]
    fn a_range_has_one_name() {
        for range in ActivityRange::ALL {
            assert_eq!(ActivityRange::from_name(range.as_str()), Some(range));
        }
        assert_eq!(ActivityRange::from_name("Day"), None);
    }
}
