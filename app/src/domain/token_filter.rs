//! Which tokens of a long list are wanted, in which order, and where a page of it begins.

use super::{Permission, PersonId, Timestamp, Token, TokenId, TokenStatus};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Fewest characters of an id that tell it from a word: those before its first dash.
const ID_CHARS_MIN: usize = 8;

/// Only tokens that fit all of it. Nothing means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// Text in the name or the description, the beginning of an id, or the last four characters of the secret.
    pub search: Option<String>,
    pub status: Option<TokenStatus>,
    pub owner: Option<PersonId>,
    pub permission: Option<Permission>,
}

impl TokenFilter {
    /// The first and the last id that begin with what is searched for, if it can be the beginning of one.
    pub fn ids(&self) -> Option<(TokenId, TokenId)> {
        let digits: String = self.search.as_ref()?.chars().filter(|c| *c != '-').collect();
        let fits = (ID_CHARS_MIN..=32).contains(&digits.len());
        let bound = |filler: &str| {
            let rest = filler.repeat(32_usize.saturating_sub(digits.len()));
            Uuid::try_parse(&format!("{digits}{rest}")).ok().filter(|_| fits).map(TokenId::from_uuid)
        };
        Some((bound("0")?, bound("f")?))
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    CreatedAt,
    /// By how names look: letter case does not matter.
    Name,
    LastUsedAt,
    ExpiresAt,
}

impl SortBy {
    pub const ALL: [Self; 4] = [Self::CreatedAt, Self::Name, Self::LastUsedAt, Self::ExpiresAt];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::Name => "name",
            Self::LastUsedAt => "last_used_at",
            Self::ExpiresAt => "expires_at",
        }
    }

    /// Can a token be without it? Those come last, whichever way the others go.
    pub const fn can_be_missing(self) -> bool {
        matches!(self, Self::LastUsedAt | Self::ExpiresAt)
    }

    const fn letter(self) -> char {
        match self {
            Self::CreatedAt => 'c',
            Self::Name => 'n',
            Self::LastUsedAt => 'u',
            Self::ExpiresAt => 'e',
        }
    }
}

/// `name`, or `-created_at` for the greatest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenSort {
    pub by: SortBy,
    pub is_descending: bool,
}

/// The newest first.
impl Default for TokenSort {
    fn default() -> Self {
        Self { by: SortBy::CreatedAt, is_descending: true }
    }
}

impl fmt::Display for TokenSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_descending { "-" } else { "" }, self.by.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Sort by created_at, name, last_used_at or expires_at; with - in front, the greatest first.")]
pub struct SortError;

impl FromStr for TokenSort {
    type Err = SortError;

    fn from_str(text: &str) -> Result<Self, SortError> {
        let (name, is_descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let by = SortBy::ALL.into_iter().find(|by| by.as_str() == name).ok_or(SortError)?;
        Ok(Self { by, is_descending })
    }
}

/// What the row beside a place has in the column that the list is sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortValue {
    Moment(Timestamp),
    /// What names are sorted by.
    Text(String),
    Missing,
}

/// A place right after a token of a list that is sorted in one way. Opaque to clients: a letter for the order
/// (a capital for the greatest first), the value in hexadecimal digits, and the token's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenCursor {
    pub sort: TokenSort,
    pub value: SortValue,
    pub id: TokenId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is no cursor of this list in this order. Start again without one.")]
pub struct TokenCursorError;

impl fmt::Display for TokenCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = self.sort.by.letter();
        let letter = if self.sort.is_descending { letter.to_ascii_uppercase() } else { letter };
        write!(f, "{letter}")?;
        match &self.value {
            SortValue::Moment(at) => write!(f, "{:016x}", at.as_millis())?,
            SortValue::Text(text) => text.bytes().try_for_each(|byte| write!(f, "{byte:02x}"))?,
            SortValue::Missing => {}
        }
        write!(f, "{}", self.id.as_uuid().simple())
    }
}

impl FromStr for TokenCursor {
    type Err = TokenCursorError;

    fn from_str(text: &str) -> Result<Self, TokenCursorError> {
        let letter = text.chars().next().ok_or(TokenCursorError)?;
        let by = SortBy::ALL.into_iter().find(|by| by.letter() == letter.to_ascii_lowercase());
        let by = by.ok_or(TokenCursorError)?;
        let at =
            text.len().checked_sub(32).filter(|at| *at > 0 && text.is_ascii()).ok_or(TokenCursorError)?;
        let (value, id) = (&text[1..at], &text[at..]);
        let cursor = Self {
            sort: TokenSort { by, is_descending: letter.is_ascii_uppercase() },
            value: value_of(by, value).ok_or(TokenCursorError)?,
            id: Uuid::try_parse(id).map(TokenId::from_uuid).map_err(|_| TokenCursorError)?,
        };
        // One place has one name.
        if cursor.to_string() == text { Ok(cursor) } else { Err(TokenCursorError) }
    }
}

fn value_of(by: SortBy, digits: &str) -> Option<SortValue> {
    match by {
        SortBy::Name => {
            let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
            let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
            String::from_utf8(bytes?).ok().filter(|text| !text.is_empty()).map(SortValue::Text)
        }
        _ if digits.is_empty() => by.can_be_missing().then_some(SortValue::Missing),
        _ => {
            let millis = u64::from_str_radix(digits, 16).ok()?.cast_signed();
            Some(SortValue::Moment(Timestamp::from_millis(millis)))
        }
    }
}

/// What a page of the list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenQuery {
    pub filter: TokenFilter,
    pub sort: TokenSort,
    /// Of the same order.
    pub cursor: Option<TokenCursor>,
    pub limit: u32,
}

/// A page of the list, and where the next one begins, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenList {
    pub tokens: Vec<Token>,
    pub next: Option<TokenCursor>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn searched(text: &str) -> Option<String> {
        let filter = TokenFilter { search: Some(text.to_owned()), ..TokenFilter::default() };
        filter.ids().map(|(first, last)| format!("{first} {last}"))
    }

    #[test]
    fn a_search_that_can_begin_an_id_stands_for_all_of_those() {
        let whole = "01234567-89ab-7def-8123-456789abcdef";
        assert_eq!(searched(whole), Some(format!("{whole} {whole}")));
        let from = "01234567-89ab-7000-0000-000000000000 01234567-89ab-7fff-ffff-ffffffffffff";
        assert_eq!(searched("01234567-89AB-7").as_deref(), Some(from));
        for word in ["", "0123456", "cafe", "01234567-89ab-7def-8123-456789abcdef0", "0123456g", "éééé"] {
            assert_eq!(searched(word), None, "{word}");
        }
    }

    #[test]
    fn every_order_is_written_in_one_way() {
        for by in SortBy::ALL {
            for is_descending in [false, true] {
                let sort = TokenSort { by, is_descending };
                assert_eq!(sort.to_string().parse(), Ok(sort));
            }
        }
        assert_eq!("-created_at".parse(), Ok(TokenSort::default()));
        for wrong in ["", "-", "--name", "Name", "name ", "id", "name;drop table token"] {
            assert_eq!(wrong.parse::<TokenSort>(), Err(SortError), "{wrong}");
        }
    }

    #[test]
    fn cursors_made_by_hand_are_refused() {
        let id = "01234567-89ab-7def-8123-456789abcdef".replace('-', "");
        for text in [
            String::new(),
            id.clone(),
            format!("c{id}"),
            format!("n{id}"),
            format!("x{:016x}{id}", 5),
            format!("c{:x}{id}", 5),
            format!("c+{:015x}{id}", 5),
            format!("nff{id}"),
            format!("n6{id}"),
            format!("n6é{id}"),
            format!("c{:016x}{id}", i64::MAX),
            format!("u{}", id.to_uppercase()),
            "é".repeat(40),
        ] {
            assert_eq!(text.parse::<TokenCursor>(), Err(TokenCursorError), "{text:?}");
        }
        assert!(format!("u{id}").parse::<TokenCursor>().is_ok());
    }

    proptest! {
        #[test]
        fn a_cursor_survives_its_journey(
            by in 0usize..4, is_descending: bool, millis in -1_000_000_000_000i64..250_000_000_000_000,
            name in "\\PC{1,80}", id: u128, is_missing: bool,
        ) {
            let by = SortBy::ALL[by];
            let value = match by {
                SortBy::Name => SortValue::Text(name),
                _ if is_missing && by.can_be_missing() => SortValue::Missing,
                _ => SortValue::Moment(Timestamp::from_millis(millis)),
            };
            let id = TokenId::from_uuid(Uuid::from_u128(id));
            let cursor = TokenCursor { sort: TokenSort { by, is_descending }, value, id };
            prop_assert_eq!(cursor.to_string().parse::<TokenCursor>(), Ok(cursor));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,120}") {
            let _ = text.parse::<TokenCursor>();
            let _ = text.parse::<TokenSort>();
            let _ = searched(&text);
        }
    }
}
