//! What somebody can be told of, and how.

use crate::domain::{AuditLine, EventKind};
use serde::{Deserialize, Serialize};

/// What the details of a sign-in have where its browser was not known.
const NEW_DEVICE: &str = "\"new_device\":true";

/// A matter that people are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A token ends in 30 days, 7 days or one.
    Expiring,
    /// Somebody else made a token in one's name, or transferred one.
    Made,
    /// Somebody else rotated a token.
    Rotated,
    /// A token was used from a network that it was not used from before.
    NewNetwork,
    /// A secret was found where it should not be.
    Exposed,
    /// A run's token was exchanged by a trust rule that was not used before.
    TrustRule,
    /// A sign-in from a browser that was not seen before.
    NewDevice,
    /// A reset link, a new password or another role.
    Account,
}

impl About {
    pub const ALL: [Self; 8] = [
        Self::Expiring,
        Self::Made,
        Self::Rotated,
        Self::NewNetwork,
        Self::Exposed,
        Self::TrustRule,
        Self::NewDevice,
        Self::Account,
    ];

    /// The stable name, as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expiring => "expiring",
            Self::Made => "made",
            Self::Rotated => "rotated",
            Self::NewNetwork => "new_network",
            Self::Exposed => "exposed",
            Self::TrustRule => "trust_rule",
            Self::NewDevice => "new_device",
            Self::Account => "account",
        }
    }

    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Expiring => "A token expires in 30 days, 7 days or 1 day",
            Self::Made => "Somebody else creates or transfers a token",
            Self::Rotated => "Somebody else rotates a token",
            Self::NewNetwork => "A token is used from a new network",
            Self::Exposed => "A secret was exposed",
            Self::TrustRule => "A trust rule is used for the first time",
            Self::NewDevice => "A sign-in from a new device",
            Self::Account => "A reset link, a new password or another role",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|about| about.as_str() == name)
    }

    /// The matter of a line of the audit log; `None` for most.
    pub fn of(line: &AuditLine) -> Option<Self> {
        // Another version of Tokenry may know of this kind.
        if line.kind == "token.exposed" {
            return Some(Self::Exposed);
        }
        Some(match EventKind::from_name(&line.kind)? {
            EventKind::TokenNewNetwork => Self::NewNetwork,
            EventKind::TrustRuleFirstUsed => Self::TrustRule,
            EventKind::SignedIn if line.details.contains(NEW_DEVICE) => Self::NewDevice,
            EventKind::TokenExpiring => Self::Expiring,
            EventKind::TokenCreated | EventKind::TokenImported | EventKind::TokenHandedOver => Self::Made,
            EventKind::TokenRotated => Self::Rotated,
            EventKind::LinkMade
            | EventKind::PasswordReset
            | EventKind::PasswordChanged
            | EventKind::RoleChanged => Self::Account,
            _ => return None,
        })
    }

    /// Is it worth a mail, even if one did it oneself?
    pub const fn is_told_to_whoever_did_it(self) -> bool {
        matches!(self, Self::Expiring | Self::NewNetwork | Self::Exposed | Self::NewDevice | Self::Account)
    }
}

/// How somebody wants to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    AtOnce,
    /// With everything else of a day in one mail.
    Daily,
    Never,
}

impl How {
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Daily, Self::Never];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::Never => "never",
        }
    }

    pub const fn in_words(self) -> &'static str {
        match self {
            Self::AtOnce => "At once",
            Self::Daily => "Once a day",
            Self::Never => "Never",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.as_str() == name)
    }
}

/// Whose matters: one's own tokens and account, or everybody's, which only admins are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Own,
    Everybodys,
}

impl Whose {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Everybodys => "everybodys",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Own, Self::Everybodys].into_iter().find(|whose| whose.as_str() == name)
    }

    /// How somebody is told who has not chosen.
    pub const fn unless_chosen(self) -> How {
        match self {
            Self::Own => How::AtOnce,
            Self::Everybodys => How::Never,
        }
    }
}
