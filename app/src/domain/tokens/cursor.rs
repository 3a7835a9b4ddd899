//! A place in a sorted list of tokens.

use crate::domain::{PersonId, SortBy, Timestamp, TokenId, TokenSort, TokenStatus};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The value that the list is sorted by, for the token beside the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortValue {
    /// A moment in milliseconds since 1970, or a number of permissions.
    Number(i64),
    /// The sort key of a name.
    Key(Vec<u8>),
    Missing,
    /// The owner of the token, and its creation time.
    OfOwner(PersonId, Timestamp),
    /// The status of the token, and its creation time.
    OfStatus(TokenStatus, Timestamp),
}

/// A place right after a token, or right before it. Opaque to clients: a `b` for before, a letter for the order (a
/// capital for the greatest first), the value in hexadecimal digits, and the token's id.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TokenCursor {
    pub is_before: bool,
    pub sort: TokenSort,
    pub value: SortValue,
    pub id: TokenId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This cursor does not belong to this list in this order. Start again without one.")]
pub struct TokenCursorError;

impl From<TokenCursor> for String {
    fn from(cursor: TokenCursor) -> Self {
        cursor.to_string()
    }
}

impl TryFrom<String> for TokenCursor {
    type Error = TokenCursorError;

    fn try_from(text: String) -> Result<Self, TokenCursorError> {
        text.parse()
    }
}

impl fmt::Display for TokenCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = self.sort.by.letter();
        let letter = if self.sort.is_descending { letter.to_ascii_uppercase() } else { letter };
        write!(f, "{}{letter}", if self.is_before { "b" } else { "" })?;
        match &self.value {
            SortValue::Number(number) => write!(f, "{number:016x}")?,
            SortValue::Key(key) => key.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?,
            SortValue::Missing => {}
            SortValue::OfOwner(owner, at) => {
                write!(f, "{}{:016x}", owner.as_uuid().simple(), at.as_millis())?;
            }
            SortValue::OfStatus(status, at) => write!(f, "{}{:016x}", rank(*status), at.as_millis())?,
        }
        write!(f, "{}", self.id.as_uuid().simple())
    }
}

impl FromStr for TokenCursor {
    type Err = TokenCursorError;

    fn from_str(text: &str) -> Result<Self, TokenCursorError> {
        let (rest, is_before) = text.strip_prefix('b').map_or((text, false), |rest| (rest, true));
        let letter = rest.chars().next().ok_or(TokenCursorError)?;
        let by = SortBy::ALL.into_iter().find(|by| by.letter() == letter.to_ascii_lowercase());
        let by = by.ok_or(TokenCursorError)?;
        let at =
            rest.len().checked_sub(32).filter(|at| *at > 0 && rest.is_ascii()).ok_or(TokenCursorError)?;
        let (value, id) = (&rest[1..at], &rest[at..]);
        let cursor = Self {
            is_before,
            sort: TokenSort { by, is_descending: letter.is_ascii_uppercase() },
            value: value_of(by, value).ok_or(TokenCursorError)?,
            id: Uuid::try_parse(id).map(TokenId::from_uuid).map_err(|_| TokenCursorError)?,
        };
        // Each place has exactly one spelling.
        if cursor.to_string() == text { Ok(cursor) } else { Err(TokenCursorError) }
    }
}

fn value_of(by: SortBy, digits: &str) -> Option<SortValue> {
    match by {
        SortBy::Name => {
            let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
            let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
            bytes.map(SortValue::Key)
        }
        SortBy::Owner => {
            let (owner, at) = digits.split_at_checked(32)?;
            let owner = Uuid::try_parse(owner).ok().map(PersonId::from_uuid)?;
            Some(SortValue::OfOwner(owner, Timestamp::from_millis(number(at)?)))
        }
        SortBy::Status => {
            let (first, at) = digits.split_at_checked(1)?;
            let status = *TokenStatus::ALL.get(first.parse::<usize>().ok()?)?;
            Some(SortValue::OfStatus(status, Timestamp::from_millis(number(at)?)))
        }
        _ if digits.is_empty() => by.can_be_missing().then_some(SortValue::Missing),
        _ => number(digits).map(SortValue::Number),
    }
}

fn number(digits: &str) -> Option<i64> {
    u64::from_str_radix(digits, 16).ok().map(u64::cast_signed)
}

/// The index of a status in [`TokenStatus::ALL`].
fn rank(status: TokenStatus) -> usize {
    TokenStatus::ALL.into_iter().position(|other| other == status).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cursors_made_by_hand_are_refused() {
        let id = "01234567-89ab-7def-8123-456789abcdef".replace('-', "");
        for text in [
            String::new(),
            "b".to_owned(),
            id.clone(),
            format!("c{id}"),
            // Written by earlier versions, with another key.
            format!("n62696c6c{id}"),
            format!("bb{id}"),
            format!("x{:016x}{id}", 5),
            format!("c{:x}{id}", 5),
            format!("c+{:015x}{id}", 5),
            format!("a6{id}"),
            format!("a6G{id}"),
            format!("a6é{id}"),
            format!("aFF{id}"),
            format!("o{:016x}{id}", 5),
            format!("s7{:016x}{id}", 5),
            format!("s{:016x}{id}", 5),
            format!("p{id}"),
            format!("u{}", id.to_uppercase()),
            "é".repeat(40),
        ] {
            assert_eq!(text.parse::<TokenCursor>(), Err(TokenCursorError), "{text:?}");
        }
        assert!(format!("u{id}").parse::<TokenCursor>().is_ok());
        assert!(format!("bu{id}").parse::<TokenCursor>().is_ok());
    }

    proptest! {
        #[test]
        fn a_cursor_survives_its_journey(
            by in 0usize..7, is_descending: bool, is_before: bool, number: i64,
            key: Vec<u8>, id: u128, owner: u128, status in 0usize..6, is_missing: bool,
        ) {
            let (by, at) = (SortBy::ALL[by], Timestamp::from_millis(number));
            let value = match by {
                SortBy::Name => SortValue::Key(key),
                SortBy::Owner => SortValue::OfOwner(PersonId::from_uuid(Uuid::from_u128(owner)), at),
                SortBy::Status => SortValue::OfStatus(TokenStatus::ALL[status], at),
                _ if is_missing && by.can_be_missing() => SortValue::Missing,
                _ => SortValue::Number(number),
            };
            let id = TokenId::from_uuid(Uuid::from_u128(id));
            let cursor = TokenCursor { is_before, sort: TokenSort { by, is_descending }, value, id };
            prop_assert_eq!(cursor.to_string().parse::<TokenCursor>(), Ok(cursor));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,120}") {
            let _ = text.parse::<TokenCursor>();
        }
    }
}
