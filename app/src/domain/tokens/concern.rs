//! What is worth a second look about a token, whatever its status is.

/// Each is a filter of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// Nobody has ever used it.
    NeverUsed,
    /// It works until somebody ends it.
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

    /// What people read.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NeverUsed => "Never used",
            Self::NoExpiry => "No expiry",
            Self::Broad => "Full access",
        }
    }
}
