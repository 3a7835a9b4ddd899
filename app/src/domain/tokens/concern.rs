//! Reasons to look twice at a token, whatever its status.

/// A reason to look twice. Each is a filter of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// It has never been used.
    NeverUsed,
    /// It has no expiry date.
    NoExpiry,
    /// It holds as many permissions as the catalogue has, or more.
    Broad,
}

impl Concern {
    pub const ALL: [Self; 3] = [Self::NeverUsed, Self::NoExpiry, Self::Broad];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|concern| concern.as_str() == name)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverUsed => "never_used",
            Self::NoExpiry => "no_expiry",
            Self::Broad => "broad",
        }
    }

    /// The text for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NeverUsed => "Never used",
            Self::NoExpiry => "No expiry",
            Self::Broad => "Full access",
        }
    }
}
