//! Actions on several tokens, and the selection of tokens. The outcome for each is decided one by one.

use crate::domain::{BULK_MAX, Error, Field, Right, Token, TokenId, tokens_in_words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An action on several tokens at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BulkAction {
    Disable,
    Enable,
    HandOver,
    Delete,
}

impl BulkAction {
    pub const ALL: [Self; 4] = [Self::Disable, Self::Enable, Self::HandOver, Self::Delete];

    /// The stable name, as in a URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::HandOver => "hand-over",
            Self::Delete => "delete",
        }
    }

    /// The label of the button.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Disable => "Disable",
            Self::Enable => "Enable",
            Self::HandOver => "Transfer",
            Self::Delete => "Delete",
        }
    }

    /// The state of a token afterwards.
    pub const fn participle(self) -> &'static str {
        match self {
            Self::Disable => "disabled",
            Self::Enable => "enabled",
            Self::HandOver => "transferred",
            Self::Delete => "deleted",
        }
    }

    /// The consequence for one token, or for several. `None` for deletion, whose consequence depends on the workspace.
    pub const fn consequence(self, is_one: bool) -> Option<&'static str> {
        Some(match (self, is_one) {
            (Self::Disable, true) => "It stops working immediately. You can enable it again at any time.",
            (Self::Disable, false) => "They stop working immediately. You can enable them again at any time.",
            (Self::Enable, true) => "It works again immediately, for anyone who has its secret.",
            (Self::Enable, false) => "They work again immediately, for anyone who has their secrets.",
            (Self::HandOver, true) => {
                "The secret does not change: anyone who has it can still use it, so rotate it afterwards."
            }
            (Self::HandOver, false) => {
                "The secrets do not change: anyone who has them can still use them, so rotate them afterwards."
            }
            (Self::Delete, _) => return None,
        })
    }

    /// The right that it needs: the same as for one of the caller's own tokens.
    pub const fn right(self) -> Right {
        match self {
            Self::HandOver => Right::ManageAllTokens,
            Self::Disable | Self::Enable | Self::Delete => Right::ManageOwnTokens,
        }
    }

    /// Does it stop tokens that programs may rely on?
    pub const fn ends_use(self) -> bool {
        matches!(self, Self::Disable | Self::Delete)
    }

    /// Would it leave the token as it is? Never for a hand-over, whose new owner is not known here.
    pub const fn is_so(self, token: &Token) -> bool {
        match self {
            Self::Disable => token.disabled_at.is_some(),
            Self::Enable => token.disabled_at.is_none(),
            Self::HandOver | Self::Delete => false,
        }
    }
}

impl FromStr for BulkAction {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|action| action.as_str() == text).ok_or_else(|| {
            let detail =
                "Selected tokens can be disabled, enabled, transferred or deleted. Choose one of these in the table.";
            Error::field(Field::Cursor, "unknown", detail)
        })
    }
}

/// The tokens that somebody has chosen, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    pub ids: Vec<TokenId>,
    /// Number of ids that were named. An invalid one counts, and is never found.
    pub count: usize,
}

impl Selection {
    pub fn parse(named: &[String]) -> Result<Self, Error> {
        let mut once: Vec<&str> = Vec::new();
        for text in named {
            if !once.contains(&text.as_str()) {
                once.push(text);
            }
        }
        check_count(once.len())?;
        let ids = once.iter().filter_map(|text| text.parse().ok()).collect();
        Ok(Self { ids, count: once.len() })
    }
}

fn check_count(count: usize) -> Result<(), Error> {
    match count {
        0 => {
            let detail = "No tokens are selected. Select some in the table first.";
            Err(Error::field(Field::Cursor, "empty", detail))
        }
        1..=BULK_MAX => Ok(()),
        _ => {
            let detail =
                format!("You can change at most {} at once. Select fewer.", tokens_in_words(BULK_MAX as u64));
            Err(Error::field(Field::Cursor, "too_many", detail))
        }
    }
}

/// A token as somebody has seen it: their decision is about this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenVersion {
    pub id: TokenId,
    pub version: i64,
}

impl TokenVersion {
    pub fn of(token: &Token) -> Self {
        Self { id: token.id, version: token.version }
    }

    /// Reads several of them from a form, separated by spaces.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, Error> {
        let mut all: Vec<Self> = Vec::new();
        for text in text.split(' ').filter(|text| !text.is_empty()) {
            let seen: Self = text.parse()?;
            if !all.iter().any(|known| known.id == seen.id) {
                all.push(seen);
            }
            check_count(all.len())?;
        }
        check_count(all.len())?;
        Ok(all)
    }
}

impl fmt::Display for TokenVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.version)
    }
}

impl FromStr for TokenVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (id, version) = text.split_once('.').ok_or(Error::Malformed)?;
        let seen = Self {
            id: id.parse().map_err(|_| Error::Malformed)?,
            version: version.parse().map_err(|_| Error::Malformed)?,
        };
        // Each version has exactly one spelling.
        if seen.to_string() == text { Ok(seen) } else { Err(Error::Malformed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> String {
        TokenId::from_uuid(Uuid::from_u128(n)).to_string()
    }

    fn code<T>(result: Result<T, Error>) -> String {
        match result {
            Ok(_) => "accepted".to_owned(),
            Err(Error::Invalid { errors }) => errors[0].code.clone(),
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn every_action_is_written_in_one_way() {
        for action in BulkAction::ALL {
            assert_eq!(action.as_str().parse(), Ok(action));
        }
        for text in ["", "Delete", "delete ", "revoke", "hand_over", "rotate"] {
            assert_eq!(code(text.parse::<BulkAction>()), "unknown", "{text:?}");
        }
    }

    #[test]
    fn a_token_that_is_named_twice_is_chosen_once_and_what_is_no_id_names_nothing() {
        let named = [id(1), id(2), id(1), "7".to_owned(), String::new()];
        let chosen = Selection::parse(&named);
        assert_eq!(chosen.map(|chosen| (chosen.ids.len(), chosen.count)), Ok((2, 4)));
    }

    #[test]
    fn none_are_too_few_and_more_than_the_limit_too_many() {
        let ids = |n: u128| (0..n).map(id).collect::<Vec<_>>();
        assert_eq!(code(Selection::parse(&[])), "empty");
        assert_eq!(code(Selection::parse(&ids(100))), "accepted");
        assert_eq!(code(Selection::parse(&ids(101))), "too_many");
        let seen = |n: u128| (0..n).map(|n| id(n) + ".1").collect::<Vec<_>>().join(" ");
        assert_eq!(code(TokenVersion::parse_all(" ")), "empty");
        assert_eq!(code(TokenVersion::parse_all(&seen(100))), "accepted");
        assert_eq!(code(TokenVersion::parse_all(&seen(101))), "too_many");
    }

    #[test]
    fn what_was_seen_is_read_as_it_was_written_and_never_guessed_at() {
        let seen = TokenVersion { id: TokenId::from_uuid(Uuid::from_u128(7)), version: 12 };
        assert_eq!(seen.to_string().parse(), Ok(seen));
        for text in [
            "",
            ".",
            "7.1",
            &id(7),
            &format!("{}.", id(7)),
            &format!("{}.+1", id(7)),
            &format!("{}.01", id(7)),
        ] {
            assert_eq!(text.parse::<TokenVersion>(), Err(Error::Malformed), "{text:?}");
        }
        let twice = format!("{}.1 {}.2", id(7), id(7));
        assert_eq!(TokenVersion::parse_all(&twice).map(|all| all.len()), Ok(1));
    }
}
