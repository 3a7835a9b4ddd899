//! What a prompt about several tokens has to show before something is done to them.

use crate::domain::{
    BulkAction, Error, Owner, PermissionSet, PersonName, TokenId, TokenName, TokenStatus, TokenVersion,
};
use serde::{Deserialize, Serialize};

/// Before several tokens are changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkPrompt {
    pub action: BulkAction,
    /// Those that would change, as they were chosen.
    pub tokens: Vec<SelectedToken>,
    /// Those that would not, since they are so already.
    pub already: Vec<(TokenId, TokenName)>,
    /// How many were chosen, those included that do not exist for the caller.
    pub count: usize,
    /// Whom they can be given to, if that is what is asked.
    pub recipients: Vec<Owner>,
    pub consequence: String,
    /// What it would be to do the same to the tokens that they made; nothing when there are none.
    pub also_made: String,
}

/// A token as one has to know it before something is done to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedToken {
    pub id: TokenId,
    pub version: i64,
    pub name: TokenName,
    pub owner: PersonName,
    pub status: TokenStatus,
    pub is_disabled: bool,
    /// Its permissions to use Tokenry itself.
    pub own: PermissionSet,
    /// What it was used for lately, where that matters.
    pub recent_use: String,
    /// It would arrive disabled with whoever gets it.
    pub arrives_disabled: bool,
}

impl SelectedToken {
    pub fn seen(&self) -> TokenVersion {
        TokenVersion { id: self.id, version: self.version }
    }
}

impl BulkPrompt {
    /// Those that do not exist for the caller.
    pub fn missing(&self) -> usize {
        self.count - self.tokens.len() - self.already.len()
    }

    /// Is there nothing to ask about at all?
    pub fn failure(&self) -> Option<Error> {
        (self.missing() == self.count).then_some(Error::NotFound)
    }
}

/// How many of those that were chosen are not there; nothing when all are.
pub fn missing_in_words(missing: usize, count: usize) -> Option<String> {
    match (missing, count) {
        (0, _) => None,
        (1, 1) => Some(Error::NotFound.to_string()),
        (missing, count) if missing == count => {
            Some(format!("None of these {count} tokens can be found. They may have been deleted."))
        }
        (1, count) => Some(format!(
            "1 of the {count} can no longer be found: it has been deleted, or given to somebody else."
        )),
        (missing, count) => Some(format!(
            "{missing} of the {count} can no longer be found: they have been deleted, or given to somebody else."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_cannot_be_found_is_said_of_how_many() {
        let said = |missing, count| missing_in_words(missing, count).unwrap_or_default();
        assert_eq!(said(0, 5), "");
        assert_eq!(said(1, 1), Error::NotFound.to_string());
        assert!(said(1, 5).starts_with("1 of the 5 can no longer be found: it has"));
        assert!(said(2, 5).starts_with("2 of the 5 can no longer be found: they have"));
        assert!(said(5, 5).starts_with("None of these 5 tokens can be found"));
    }
}
