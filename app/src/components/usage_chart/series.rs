//! The few kinds of verifications that a chart tells apart: patterns could not tell more of them apart.

use crate::domain::{Usage, UsageCount, Verdict};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    Valid,
    PermissionMissing,
    AddressNotAllowed,
    OtherDenials,
}

impl Series {
    /// All of them, from the ground up.
    pub const ALL: [Self; 4] =
        [Self::Valid, Self::PermissionMissing, Self::AddressNotAllowed, Self::OtherDenials];

    const fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Valid => Self::Valid,
            Verdict::PermissionMissing => Self::PermissionMissing,
            Verdict::AddressNotAllowed => Self::AddressNotAllowed,
            _ => Self::OtherDenials,
        }
    }

    /// The pattern that it is filled with.
    pub const fn fill(self) -> &'static str {
        match self {
            Self::Valid => "url(#look-valid)",
            Self::PermissionMissing => "url(#look-missing)",
            Self::AddressNotAllowed => "url(#look-address)",
            Self::OtherDenials => "url(#look-other)",
        }
    }

    /// The name of the series: that of its verdict, if there is only one.
    pub fn in_words(self, usage: &Usage) -> &'static str {
        let verdicts: Vec<Verdict> =
            usage.verdicts().into_iter().filter(|verdict| Self::of(*verdict) == self).collect();
        match verdicts.as_slice() {
            [only] => only.in_words(),
            _ => "Other denials",
        }
    }
}

/// The count of each series.
pub fn counts<'a>(of: impl Iterator<Item = &'a UsageCount>) -> [u64; 4] {
    let mut counts = [0_u64; 4];
    for count in of {
        let place = &mut counts[Series::of(count.verdict) as usize];
        *place = place.saturating_add(count.count);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Timestamp, UsageRange};

    #[test]
    fn a_series_of_one_verdict_is_called_like_it() {
        let now = Timestamp::from_millis(1_795_457_045_000);
        let mut usage = Usage { range: UsageRange::Day, now, counts: vec![] };
        let begins = usage.steps()[0];
        let count = |verdict| UsageCount { begins, verdict, count: 2 };
        usage.counts = [Verdict::Valid, Verdict::PermissionMissing, Verdict::Expired].map(count).to_vec();
        assert_eq!(Series::OtherDenials.in_words(&usage), "Expired");
        assert_eq!(counts(usage.counts.iter()), [2, 2, 0, 2]);
        usage.counts.push(count(Verdict::RateLimited));
        assert_eq!(Series::OtherDenials.in_words(&usage), "Other denials");
        assert_eq!(Series::Valid.in_words(&usage), "Valid");
    }
}
