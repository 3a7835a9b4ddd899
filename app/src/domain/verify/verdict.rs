//! The answer to "may this secret do that now?": `valid`, or exactly one denial code. The codes are API.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The verdict about a secret at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Valid,
    /// It cannot be a secret: its shape or checksum is wrong.
    Malformed,
    /// It was never issued here.
    Unknown,
    /// Its token was deleted, or the secret itself was ended.
    Revoked,
    /// Its token, or the overlap of a rotation, has ended.
    Expired,
    /// Its token is disabled.
    Disabled,
    /// The owner of its token may no longer sign in.
    OwnerDisabled,
    /// Its token is limited to addresses, and the given one is not among them, or none was given.
    AddressNotAllowed,
    /// Its token lacks some of the permissions that are wanted.
    PermissionMissing,
    /// Its token has been used too often just now.
    RateLimited,
}

impl Verdict {
    pub const ALL: [Self; 10] = [
        Self::Valid,
        Self::Malformed,
        Self::Unknown,
        Self::Revoked,
        Self::Expired,
        Self::Disabled,
        Self::OwnerDisabled,
        Self::AddressNotAllowed,
        Self::PermissionMissing,
        Self::RateLimited,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Malformed => "malformed",
            Self::Unknown => "unknown",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
            Self::OwnerDisabled => "owner_disabled",
            Self::AddressNotAllowed => "address_not_allowed",
            Self::PermissionMissing => "permission_missing",
            Self::RateLimited => "rate_limited",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == name)
    }

    /// The text for people.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Valid => "Valid",
            Self::Malformed => "Malformed",
            Self::Unknown => "Unknown secret",
            Self::Revoked => "Revoked",
            Self::Expired => "Expired",
            Self::Disabled => "Token disabled",
            Self::OwnerDisabled => "Owner disabled",
            Self::AddressNotAllowed => "Address not allowed",
            Self::PermissionMissing => "Permission missing",
            Self::RateLimited => "Rate limited",
        }
    }

    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Valid)
    }

    /// Does the secret open nothing at all, whatever is wanted and from any address? Its presenter is told no more than
    /// that (RFC 6750, `invalid_token`).
    pub const fn is_dead(self) -> bool {
        matches!(self, Self::Malformed | Self::Unknown | Self::Revoked | Self::Expired)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
