//! A deleted token, as long as its record can be brought back. Its secrets cannot.

use super::{EndedBy, TOKEN_NAME_CHARS_MAX, Timestamp, Token, TokenName};

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
