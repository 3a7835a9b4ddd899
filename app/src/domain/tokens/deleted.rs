//! A deleted token while its record can be restored. Its secrets cannot be.

use crate::domain::{
    Description, EndedBy, PersonName, SecretHint, TOKEN_NAME_CHARS_MAX, Timestamp, Token, TokenId, TokenName,
    days_in_words,
};
use serde::{Deserialize, Serialize};

const AGAIN: &str = " (restored)";

/// A token as it was when it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedToken {
    pub token: Token,
    pub deleted_at: Timestamp,
    pub deleted_by: EndedBy,
    /// Does a live token of the same owner have a name by now that looks the same?
    pub is_name_taken: bool,
}

impl DeletedToken {
    /// An alternative name: `Nightly backup (restored)`. Empty if there is no valid one.
    pub fn another_name(&self) -> String {
        let room = TOKEN_NAME_CHARS_MAX - AGAIN.chars().count();
        let kept: String = self.token.name.as_str().chars().take(room).collect();
        let name = format!("{}{AGAIN}", kept.trim_end());
        // Cutting can make a name invalid. Then people choose one.
        TokenName::parse(&name).map(String::from).unwrap_or_default()
    }
}

/// One page of tokens that can be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedPage {
    pub rows: Vec<DeletedRow>,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// Days for which a deleted token can be restored; zero means never.
    pub undo_days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedRow {
    pub id: TokenId,
    pub name: TokenName,
    pub description: Description,
    pub secret_hint: SecretHint,
    pub owner: PersonName,
    pub deleted_at: Timestamp,
    pub deleted_by: Option<PersonName>,
    /// The first moment at which it can no longer be restored.
    pub until: Timestamp,
    /// An admin has deleted it, and the caller is not an admin.
    pub is_held: bool,
}

/// The answer to whether a token can be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    Ask(Box<RestorePrompt>),
    /// It was deleted too long ago.
    Over {
        name: TokenName,
        deleted_at: Timestamp,
        undo_days: u32,
    },
    /// It is not deleted.
    Live {
        id: TokenId,
        name: TokenName,
    },
}

/// The prompt before a token is restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestorePrompt {
    pub id: TokenId,
    pub name: TokenName,
    pub owner: PersonName,
    pub secret_hint: SecretHint,
    pub deleted_at: Timestamp,
    pub deleted_by: Option<PersonName>,
    /// Does it get all of its permissions back?
    pub is_whole: bool,
    /// `read projects`; `None` when it can do nothing.
    pub able: Option<String>,
    /// Reasons why it will not work, or will not be as it was.
    pub cautions: Vec<String>,
    /// A live token of the same owner has taken its name by now.
    pub is_name_taken: bool,
    /// See [`DeletedToken::another_name`].
    pub another_name: String,
    /// Set if its end cannot stay: the last day that can be chosen, or empty if every day can be.
    pub asks_end: Option<String>,
    /// The rule that its end breaks; empty if it breaks none.
    pub expiry_rule: String,
}

/// The rule about deleted tokens, for people.
pub fn undo_in_words(undo_days: u32) -> String {
    match undo_days {
        0 => "Deleted tokens cannot be restored.".to_owned(),
        days => {
            format!("You can restore a deleted token for {}. It then gets a new secret.", days_in_words(days))
        }
    }
}
