//! A deleted token, as long as its record can be restored. Its secrets cannot.

use crate::domain::{
    Description, EndedBy, PersonName, SecretHint, TOKEN_NAME_CHARS_MAX, Timestamp, Token, TokenId, TokenName,
    days_in_words,
};
use serde::{Deserialize, Serialize};

const AGAIN: &str = " (restored)";

/// What a token was when it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedToken {
    pub token: Token,
    pub deleted_at: Timestamp,
    pub deleted_by: EndedBy,
    /// Has a live token of the same owner a name that looks like its own by now?
    pub is_name_taken: bool,
}

impl DeletedToken {
    /// A name that it could have instead: `Nightly backup (restored)`.
    pub fn another_name(&self) -> String {
        let room = TOKEN_NAME_CHARS_MAX - AGAIN.chars().count();
        let kept: String = self.token.name.as_str().chars().take(room).collect();
        let name = format!("{}{AGAIN}", kept.trim_end());
        // A name that was cut where it must not be is left to whoever chooses one.
        TokenName::parse(&name).map(String::from).unwrap_or_default()
    }
}

/// One page of tokens that can be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedPage {
    pub rows: Vec<DeletedRow>,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// For how many days a deleted token can be restored; zero is never.
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
    /// The first moment at which it cannot be restored any more.
    pub until: Timestamp,
    /// An admin has deleted it, and the caller is none.
    pub is_held: bool,
}

/// How it stands about restoring a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    Ask(Box<RestorePrompt>),
    /// Its time is over.
    Over {
        name: TokenName,
        deleted_at: Timestamp,
        undo_days: u32,
    },
    /// It is live.
    Live {
        id: TokenId,
        name: TokenName,
    },
}

/// What is to be known before a token is restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestorePrompt {
    pub id: TokenId,
    pub name: TokenName,
    pub owner: PersonName,
    pub secret_hint: SecretHint,
    pub deleted_at: Timestamp,
    pub deleted_by: Option<PersonName>,
    /// Has it all of its permissions again?
    pub is_whole: bool,
    /// `read projects`; nothing when it can do nothing.
    pub able: Option<String>,
    /// What will keep it from working, or from being as it was.
    pub cautions: Vec<String>,
    /// A live token of the same owner has its name by now.
    pub is_name_taken: bool,
    /// A name that it could have instead.
    pub another_name: String,
    /// Where its end cannot stay: the last day that can be chosen, or nothing.
    pub asks_end: Option<String>,
    /// The rule that its end would break.
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
