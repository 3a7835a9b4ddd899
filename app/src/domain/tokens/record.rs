//! The full record of one token.

use crate::domain::{AuditLine, Exposure, Relative, SecretHint, Timestamp, Token, TokenUsage, Top};
use serde::{Deserialize, Serialize};

/// A token with all that is kept about it. It has no field that could hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    pub token: Token,
    /// Does the viewer manage it as a steward of its owner?
    pub is_stewarded: bool,
    /// Names can look like somebody else's; an e-mail address cannot.
    pub owner_email: String,
    /// The maker in words, if known.
    pub created_by: Option<String>,
    /// The token that made it, if the caller can see it.
    pub parent: Option<Relative>,
    /// The live tokens that it made, the latest first.
    pub children: Top<Relative>,
    /// The latest first.
    pub secrets: Top<KeptSecret>,
    pub activity: TokenUsage,
    /// Its lines of the audit log, the latest first; `None` for callers who may not see the log.
    pub audit: Option<Vec<AuditLine>>,
}

/// One secret of a token, as far as anybody may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSecret {
    pub hint: SecretHint,
    pub created_at: Timestamp,
    pub is_current: bool,
    /// The moment at which a retiring secret stops working.
    pub ends_at: Option<Timestamp>,
    /// Milliseconds without use after which a retiring secret ends earlier.
    pub quiet_ms: Option<i64>,
    pub revoked_at: Option<Timestamp>,
    /// The person who ended this secret early, apart from its token.
    pub revoked_by: Option<String>,
    /// Set if somebody has found it.
    pub exposed: Option<Exposure>,
    pub last_used: Option<SecretUse>,
}

/// The last time that a secret was found valid, with the address and client as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretUse {
    pub at: Timestamp,
    pub address: String,
    pub client: String,
}

/// The state of a secret, apart from that of its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretState {
    Current,
    /// It works beside the current one until this moment.
    Retiring(Timestamp),
    Ended(Timestamp),
    Revoked(Timestamp),
    /// Somebody has found it: it is revoked for good.
    Exposed(Timestamp),
}

impl KeptSecret {
    pub fn state(&self, now: Timestamp) -> SecretState {
        if let Some(Exposure { at, .. }) = &self.exposed {
            return SecretState::Exposed(*at);
        }
        match (self.revoked_at, self.ends_at) {
            (Some(at), _) => SecretState::Revoked(at),
            (None, Some(end)) if end <= now => SecretState::Ended(end),
            (None, Some(end)) => SecretState::Retiring(end),
            (None, None) => SecretState::Current,
        }
    }
}

impl SecretState {
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Current => "Current",
            Self::Retiring(_) => "Being replaced",
            Self::Ended(_) => "Ended",
            Self::Revoked(_) => "Revoked",
            Self::Exposed(_) => "Exposed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_retires_until_it_ends_or_is_revoked() {
        let at = Timestamp::from_millis;
        let state = |revoked: Option<i64>, ends: Option<i64>| {
            let kept = KeptSecret {
                hint: SecretHint { prefix: "tkr".into(), last: "wxyz".into() },
                created_at: at(0),
                is_current: revoked.is_none() && ends.is_none(),
                ends_at: ends.map(at),
                quiet_ms: None,
                revoked_at: revoked.map(at),
                revoked_by: None,
                exposed: None,
                last_used: None,
            };
            kept.state(at(10))
        };
        assert_eq!(state(None, None), SecretState::Current);
        assert_eq!(state(None, Some(11)), SecretState::Retiring(at(11)));
        assert_eq!(state(None, Some(10)), SecretState::Ended(at(10)));
        assert_eq!(state(Some(5), Some(11)), SecretState::Revoked(at(5)));
    }
}
