//! A change of some details of a token, while the others stay as they are; and the rules that tell whether a change
//! lifts a limit.

use crate::domain::{MetadataPatch, RateLimit, Timestamp, Token, TokenDetails, TokenForm};
use serde::Serialize;

/// The patch as it was sent, unparsed. `None` leaves a detail as it is; an empty text clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TokenPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub permissions: Option<Vec<String>>,
    pub expires_at: Option<String>,
    pub allowed_addresses: Option<String>,
    pub rate_requests: Option<String>,
    pub rate_seconds: Option<String>,
    /// The inner `None` removes every entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Option<MetadataPatch>>,
}

impl TokenPatch {
    /// The whole form: this patch, and the token's current details for the rest.
    pub fn applied_to(self, token: &Token) -> TokenForm {
        let now = TokenForm::of(token);
        TokenForm {
            name: self.name.unwrap_or(now.name),
            description: self.description.unwrap_or(now.description),
            permissions: self.permissions.unwrap_or(now.permissions),
            expires_at: self.expires_at.or(now.expires_at),
            allowed_addresses: self.allowed_addresses.or(now.allowed_addresses),
            rate_requests: self.rate_requests.or(now.rate_requests),
            rate_seconds: self.rate_seconds.or(now.rate_seconds),
            owner: None,
            metadata: match self.metadata {
                None => now.metadata,
                Some(patch) => Some(patch.map(|patch| token.metadata.patched(&patch)).unwrap_or_default()),
            },
        }
    }
}

impl TokenDetails {
    /// Would these details lift a limit of the token? To lift one is to give the token's power anew.
    pub fn lift_a_limit_of(&self, token: &Token) -> bool {
        lasts_longer(token.expires_at, self.expires_at)
            || !token.allowed_addresses.include(&self.allowed_addresses)
            || is_quicker(token.rate_limit, self.rate_limit)
    }
}

pub(in crate::domain) fn lasts_longer(was: Option<Timestamp>, will: Option<Timestamp>) -> bool {
    was.is_some_and(|was| will.is_none_or(|will| will > was))
}

pub(in crate::domain) fn is_quicker(was: Option<RateLimit>, will: Option<RateLimit>) -> bool {
    was.is_some_and(|was| will.is_none_or(|will| !was.includes(will)))
}
