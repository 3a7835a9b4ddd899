//! The reasons to look at a token, which the overview counts, and advice for each.

use crate::domain::{COUNT_MAX, Concern, TokenFilter, TokenStatus, grouped};
use serde::{Deserialize, Serialize};

/// A reason to look at a token, in the order in which they are shown. A token may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    Exposed,
    ExpiringSoon,
    Idle,
    NeverUsed,
    NoExpiry,
    Broad,
}

impl Attention {
    pub const ALL: [Self; 6] =
        [Self::Exposed, Self::ExpiringSoon, Self::Idle, Self::NeverUsed, Self::NoExpiry, Self::Broad];

    /// The filter for the tokens with this reason.
    pub fn filter(self) -> TokenFilter {
        let everything = TokenFilter::default();
        match self {
            Self::Exposed => TokenFilter { status: Some(TokenStatus::Exposed), ..everything },
            Self::ExpiringSoon => TokenFilter { status: Some(TokenStatus::ExpiringSoon), ..everything },
            Self::Idle => TokenFilter { status: Some(TokenStatus::Idle), ..everything },
            Self::NeverUsed => TokenFilter { concern: Some(Concern::NeverUsed), ..everything },
            Self::NoExpiry => TokenFilter { concern: Some(Concern::NoExpiry), ..everything },
            Self::Broad => TokenFilter { concern: Some(Concern::Broad), ..everything },
        }
    }

    /// [`Self::filter`] in the query of the list's URL: the name of the filter and its value.
    pub const fn query(self) -> (&'static str, &'static str) {
        match self {
            Self::Exposed => ("status", TokenStatus::Exposed.as_str()),
            Self::ExpiringSoon => ("status", TokenStatus::ExpiringSoon.as_str()),
            Self::Idle => ("status", TokenStatus::Idle.as_str()),
            Self::NeverUsed => ("concern", Concern::NeverUsed.as_str()),
            Self::NoExpiry => ("concern", Concern::NoExpiry.as_str()),
            Self::Broad => ("concern", Concern::Broad.as_str()),
        }
    }

    /// The name of the filter in the list.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Exposed => TokenStatus::Exposed.in_words(),
            Self::ExpiringSoon => TokenStatus::ExpiringSoon.in_words(),
            Self::Idle => TokenStatus::Idle.in_words(),
            Self::NeverUsed => Concern::NeverUsed.in_words(),
            Self::NoExpiry => Concern::NoExpiry.in_words(),
            Self::Broad => Concern::Broad.in_words(),
        }
    }

    /// A description of the tokens, and what to do about them.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Exposed => "Others have found the secret, and it is refused. Rotate these.",
            Self::ExpiringSoon => "Expires within 7 days. Extend the ones you still need.",
            Self::Idle => "Unused for a while. Delete what is no longer needed.",
            Self::NeverUsed => "Created but never used. Delete what is no longer needed.",
            Self::NoExpiry => "Never expires. Set an expiry date.",
            Self::Broad => "Has every permission. Remove what is not used.",
        }
    }

    /// The text in place of [`Self::advice`] when there are no such tokens.
    pub const fn calm(self) -> &'static str {
        match self {
            Self::Exposed => "No secret was reported as exposed.",
            Self::ExpiringSoon => "No token expires within 7 days.",
            Self::Idle => "No idle tokens.",
            Self::NeverUsed => "Every token has been used.",
            Self::NoExpiry => "Every token has an expiry date.",
            Self::Broad => "No token has every permission.",
        }
    }

    /// Does it get worse if nobody does anything?
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::Exposed | Self::ExpiringSoon)
    }
}

/// The number of tokens that need it, and the text after it: `None`, `1,000`, or `1,000` and `or more` when there are
/// more than are counted.
pub fn attention_in_words(count: u64) -> (String, Option<&'static str>) {
    match count {
        0 => ("None".to_owned(), None),
        many if many > COUNT_MAX => (grouped(COUNT_MAX), Some("or more")),
        many => (grouped(many), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_exact_as_far_as_it_goes() {
        let said = |count| {
            let (number, rest) = attention_in_words(count);
            format!("{number} {}", rest.unwrap_or_default())
        };
        assert_eq!([0, 1, 1_000, 1_001].map(said), ["None ", "1 ", "1,000 ", "1,000 or more"]);
    }

    #[test]
    fn every_reason_is_about_other_tokens() {
        let filters = Attention::ALL.map(Attention::filter);
        for (at, filter) in filters.iter().enumerate() {
            assert_ne!(*filter, TokenFilter::default());
            assert!(!filters[..at].contains(filter), "{filter:?}");
        }
    }
}
