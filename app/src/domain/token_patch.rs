//! Some details of a token that are to be changed, while the others stay as they are.

use super::{Token, TokenForm};

/// What somebody sent, unparsed. Nothing stays as it is; the empty text clears.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub permissions: Option<Vec<String>>,
    pub expires_at: Option<String>,
    pub allowed_addresses: Option<String>,
    pub rate_requests: Option<String>,
    pub rate_seconds: Option<String>,
}

impl TokenPatch {
    /// The whole form, as if somebody had filled it in with what the token has now.
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
        }
    }
}
