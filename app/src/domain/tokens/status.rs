//! The status of a token.

use crate::domain::{EXPIRING_MS, Timestamp, Token};
use serde::{Deserialize, Serialize};

/// The most important fact about a token's state. [`Token::status`] has the order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenStatus {
    Active,
    /// It ends within a week.
    ExpiringSoon,
    /// It has been unused for longer than the workspace allows.
    Idle,
    /// Two of its secrets work.
    Rotating,
    Disabled,
    Expired,
    /// Somebody has found its current secret.
    Exposed,
}

impl TokenStatus {
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    pub const ALL: [Self; 7] = [
        Self::Active,
        Self::ExpiringSoon,
        Self::Idle,
        Self::Rotating,
        Self::Disabled,
        Self::Expired,
        Self::Exposed,
    ];

    /// The stable name, for scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::ExpiringSoon => "expiring_soon",
            Self::Idle => "idle",
            Self::Rotating => "rotating",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Exposed => "exposed",
        }
    }

    /// The text for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::ExpiringSoon => "Expiring soon",
            Self::Idle => "Idle",
            Self::Rotating => "Rotating",
            Self::Disabled => "Disabled",
            Self::Expired => "Expired",
            Self::Exposed => "Exposed",
        }
    }
}

impl TokenStatus {
    /// The meaning of the status, and what to do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Active => "In use; no action needed.",
            Self::ExpiringSoon => "It expires within 7 days. Extend it if you still need it.",
            Self::Idle => "Unused for a while. Delete it if nobody needs it.",
            Self::Rotating => "Two of its secrets work. Switch to the new one before the old one stops.",
            Self::Disabled => "Its secrets are refused until it is enabled again.",
            Self::Expired => "Its secrets are refused. Delete it, or extend it.",
            Self::Exposed => "Its secret was found by others, and is refused for good. Rotate it.",
        }
    }
}

impl Token {
    pub fn status(&self, now: Timestamp) -> TokenStatus {
        let since = |at: Timestamp| now.as_millis() - at.as_millis();
        if self.expires_at.is_some_and(|end| end <= now) {
            TokenStatus::Expired
        } else if self.exposed.is_some() {
            TokenStatus::Exposed
        } else if self.disabled_at.is_some() {
            TokenStatus::Disabled
        } else if self.rotating_until.is_some_and(|end| end > now) {
            TokenStatus::Rotating
        } else if self.expires_at.is_some_and(|end| -since(end) <= EXPIRING_MS) {
            TokenStatus::ExpiringSoon
        } else if self.idle_at < now {
            TokenStatus::Idle
        } else {
            TokenStatus::Active
        }
    }
}
