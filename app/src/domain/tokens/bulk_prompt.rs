//! The data of a prompt about several tokens.

use crate::domain::{
    BulkAction, Error, Owner, PermissionSet, PersonName, TokenId, TokenName, TokenStatus, TokenVersion,
};
use serde::{Deserialize, Serialize};

/// The prompt before several tokens are changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkPrompt {
    pub action: BulkAction,
    /// Tokens that would change, in the order in which they were chosen.
    pub tokens: Vec<SelectedToken>,
    /// Tokens that would not change, because they already are as wanted.
    pub already: Vec<(TokenId, TokenName)>,
    /// Number of chosen tokens, including those that do not exist for the caller.
    pub count: usize,
    /// People that they can be given to, for a hand-over.
    pub recipients: Vec<Owner>,
    pub consequence: String,
    /// The label of the box that includes the tokens they made; empty when there are none.
    pub also_made: String,
}

/// A chosen token, as the prompt shows it.
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
    /// Its recent use in words, where that matters.
    pub recent_use: String,
    /// It would be disabled on arrival at its new owner.
    pub arrives_disabled: bool,
}

impl SelectedToken {
    pub fn seen(&self) -> TokenVersion {
        TokenVersion { id: self.id, version: self.version }
    }
}

impl BulkPrompt {
    /// Number of chosen tokens that do not exist for the caller.
    pub fn missing(&self) -> usize {
        self.count - self.tokens.len() - self.already.len()
    }

    /// The error when none of the tokens exist for the caller.
    pub fn failure(&self) -> Option<Error> {
        (self.missing() == self.count).then_some(Error::NotFound)
    }
}

/// A sentence about the chosen tokens that cannot be found; `None` when all can be.
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
