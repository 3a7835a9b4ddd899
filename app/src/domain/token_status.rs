//! How a token stands, in one word.

use super::{EXPIRING_MS, Timestamp, Token};
use serde::{Deserialize, Serialize};

/// Of all that could be said, what matters most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenStatus {
    Active,
    /// It ends within a week.
    ExpiringSoon,
    /// Nobody has used it for as long as the workspace gives it.
    Idle,
    /// Two of its secrets work.
    Rotating,
    Disabled,
    Expired,
}

impl TokenStatus {
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    pub const ALL: [Self; 6] =
        [Self::Active, Self::ExpiringSoon, Self::Idle, Self::Rotating, Self::Disabled, Self::Expired];

    /// The stable name, for scripts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::ExpiringSoon => "expiring_soon",
            Self::Idle => "idle",
            Self::Rotating => "rotating",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
        }
    }

    /// What people read.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::ExpiringSoon => "Expiring soon",
            Self::Idle => "Idle",
            Self::Rotating => "Rotating",
            Self::Disabled => "Disabled",
            Self::Expired => "Expired",
        }
    }
}

impl TokenStatus {
    /// What it means, and what to do about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Active => "It works, and nothing needs to be done.",
            Self::ExpiringSoon => "It ends within a week. If it is still needed, give it a later end.",
            Self::Idle => "Nobody has used it for a while. If nobody misses it, delete it.",
            Self::Rotating => "Two of its secrets work. Move what still uses the old one before that ends.",
            Self::Disabled => "It is paused: all of its secrets are refused until it is enabled again.",
            Self::Expired => {
                "Its time is over, and its secrets are refused. Delete it, or give it a later end."
            }
        }
    }
}

impl Token {
    pub fn status(&self, now: Timestamp) -> TokenStatus {
        let since = |at: Timestamp| now.as_millis() - at.as_millis();
        if self.expires_at.is_some_and(|end| end <= now) {
            TokenStatus::Expired
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
