//! Verifications over time in words: the text of a chart for people who cannot see it or point at it.

use crate::domain::{Timestamp, Usage, UsageRange, grouped};

impl Usage {
    /// `1,246 verifications in the last 24 hours, 12 of them denied.`
    pub fn in_words(&self) -> String {
        let (total, denied) = (self.total(), self.denied());
        let many = match total {
            1 => "1 verification".to_owned(),
            total => format!("{} verifications", grouped(total)),
        };
        let refused = match denied {
            0 => "none of them denied".to_owned(),
            denied => format!("{} of them denied", grouped(denied)),
        };
        format!("{many} in the last {}, {refused}.", self.range.in_words())
    }

    /// `Peak: 320 on 25 Nov, 13:00–14:00 UTC`; `None` when there were no verifications.
    pub fn peak_in_words(&self) -> Option<String> {
        let step = self.busiest()?;
        Some(format!("Peak: {} on {}", grouped(self.all_in_step(step)), self.range.span_in_words(step)))
    }

    /// `25 Nov, 13:00–14:00 UTC: 308 valid, 12 expired`.
    pub fn step_in_words(&self, step: Timestamp) -> String {
        let counts = self.verdicts().into_iter().map(|verdict| (verdict, self.in_step(step, verdict)));
        let parts: Vec<String> = counts
            .filter(|(_, uses)| *uses > 0)
            .map(|(verdict, uses)| format!("{} {}", grouped(uses), verdict.in_words().to_ascii_lowercase()))
            .collect();
        let what = if parts.is_empty() { "no verifications".to_owned() } else { parts.join(", ") };
        format!("{}: {what}", self.range.span_in_words(step))
    }
}

impl UsageRange {
    /// `25 Nov, 13:00–14:00 UTC`, or `25 Nov`.
    pub fn span_in_words(self, step: Timestamp) -> String {
        let end = Timestamp::from_millis(step.as_millis() + self.step_ms());
        match self {
            Self::Day => format!("{}, {}–{} UTC", step.day(), step.clock(), end.clock()),
            Self::Month => step.day(),
        }
    }

    /// The beginning of a step: `25 Nov, 13:00 UTC`, or `25 Nov`.
    pub fn step_begins(self, step: Timestamp) -> String {
        match self {
            Self::Day => format!("{}, {} UTC", step.day(), step.clock()),
            Self::Month => step.day(),
        }
    }

    /// The name of the last step.
    pub const fn current_step(self) -> &'static str {
        match self {
            Self::Day => "This hour",
            Self::Month => "Today",
        }
    }

    /// The name of a step.
    pub const fn step_name(self) -> &'static str {
        match self {
            Self::Day => "Hour",
            Self::Month => "Day",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{UsageCount, Verdict};

    fn usage(range: UsageRange) -> Usage {
        Usage { range, now: Timestamp::from_millis(1_795_457_045_000), counts: vec![] }
    }

    #[test]
    fn a_chart_is_told_in_sentences() {
        let mut all = usage(UsageRange::Day);
        let steps = all.steps();
        all.counts = vec![
            UsageCount { begins: steps[22], verdict: Verdict::Valid, count: 1_233 },
            UsageCount { begins: steps[23], verdict: Verdict::Expired, count: 12 },
        ];
        assert_eq!(all.in_words(), "1,245 verifications in the last 24 hours, 12 of them denied.");
        assert_eq!(all.peak_in_words().as_deref(), Some("Peak: 1,233 on 23 Nov, 17:00–18:00 UTC"));
        assert_eq!(all.step_in_words(steps[23]), "23 Nov, 18:00–19:00 UTC: 12 expired");
        assert_eq!(all.step_in_words(steps[0]), "22 Nov, 19:00–20:00 UTC: no verifications");
        let none = usage(UsageRange::Month);
        assert_eq!(none.in_words(), "0 verifications in the last 30 days, none of them denied.");
        assert_eq!(none.peak_in_words(), None);
        assert_eq!(none.step_in_words(none.steps()[29]), "23 Nov: no verifications");
    }
}
