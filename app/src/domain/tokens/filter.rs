//! The filter of a long list of tokens.

use crate::domain::{
    Concern, Error, HourlyUsage, MetadataFilter, Owner, Permission, PersonId, Timestamp, Token, TokenCursor,
    TokenId, TokenListForm, TokenSort, TokenStatus,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// Fewest characters that are taken for an id and not for a word: those before its first dash.
const ID_CHARS_MIN: usize = 8;
/// Characters of a secret that lists show.
const LAST_CHARS: usize = 4;

/// Selects the tokens that match all of its parts. An absent part matches every token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// A text in the name or the description, the beginning of an id, or the last four characters of the secret, alone
    /// or as lists show them.
    pub search: Option<String>,
    pub status: Option<TokenStatus>,
    pub owner: Option<PersonId>,
    pub permission: Option<Permission>,
    pub concern: Option<Concern>,
    pub metadata: Option<MetadataFilter>,
}

impl TokenFilter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The first and the last id that begin with the search text, if it can be the beginning of an id.
    pub fn ids(&self) -> Option<(TokenId, TokenId)> {
        let digits: String = self.search.as_ref()?.chars().filter(|c| *c != '-').collect();
        let fits = (ID_CHARS_MIN..=32).contains(&digits.len());
        let bound = |filler: &str| {
            let rest = filler.repeat(32_usize.saturating_sub(digits.len()));
            Uuid::try_parse(&format!("{digits}{rest}")).ok().filter(|_| fits).map(TokenId::from_uuid)
        };
        Some((bound("0")?, bound("f")?))
    }

    /// The end of a secret in lower case, if the search text can be one: `x9Qf`, or as lists show it, which is
    /// `tkr_…x9Qf` or `…Qf`, with one character or three for the dots.
    pub fn last_chars(&self) -> Option<String> {
        let text = self.search.as_ref()?.trim();
        let (last, is_whole) = match text.rsplit_once('…').or_else(|| text.rsplit_once("...")) {
            Some((prefix, last)) if prefix.is_empty() || prefix.ends_with('_') => (last, false),
            _ => (text, true),
        };
        let fits = last.len() == LAST_CHARS || !is_whole && (1..LAST_CHARS).contains(&last.len());
        let fits = fits && last.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| last.to_ascii_lowercase())
    }
}

/// A query for a page of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenQuery {
    pub filter: TokenFilter,
    pub sort: TokenSort,
    /// It has the same order as `sort`.
    pub cursor: Option<TokenCursor>,
    pub limit: u32,
}

/// A page of the list, with cursors to the next and the previous page, if there are any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenList {
    pub tokens: Vec<Token>,
    pub next: Option<TokenCursor>,
    pub previous: Option<TokenCursor>,
}

/// A page of the table on the Tokens tab. The counts are exact up to [`crate::domain::COUNT_MAX`]; a greater one only
/// means more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenPage {
    pub list: TokenList,
    /// The use of its tokens in the last day. Unused ones have no entry.
    pub hourly: HashMap<TokenId, HourlyUsage>,
    /// The last use of the old secret of each rotating token, if there was one.
    pub old_uses: HashMap<TokenId, Option<Timestamp>>,
    /// Number of tokens that match the filter.
    pub fitting: u64,
    /// Number of all tokens, whatever the filter.
    pub count: u64,
    /// The moment that the statuses are computed for.
    pub now: Timestamp,
}

/// The data of the Tokens page: the query, the table or the reason why there is none, and the choices of the filters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokensData {
    pub form: TokenListForm,
    pub page: Result<TokenPage, Error>,
    pub choices: TokenChoices,
}

/// The choices of the table's filters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenChoices {
    /// Empty for people who see only their own tokens.
    pub owners: Vec<Owner>,
    pub permissions: Vec<Permission>,
    /// Does any token have metadata?
    pub metadata: bool,
}

/// `12`, or `1,000+` when there are more than are counted.
pub fn count_in_words(count: u64) -> String {
    if count > crate::domain::COUNT_MAX { "1,000+".to_owned() } else { count.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filter(text: &str) -> TokenFilter {
        TokenFilter { search: Some(text.to_owned()), ..TokenFilter::default() }
    }

    fn searched(text: &str) -> Option<String> {
        filter(text).ids().map(|(first, last)| format!("{first} {last}"))
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
    fn the_end_of_a_secret_is_searched_for_as_it_is_shown() {
        for (text, last) in [
            ("LIJP", Some("lijp")),
            ("tkr_…LIJP", Some("lijp")),
            (" tkr_...lijp ", Some("lijp")),
            ("two_parts_…LIJP", Some("lijp")),
            ("…x9Qf", Some("x9qf")),
            ("...Qf", Some("qf")),
            ("a+/~", Some("a+/~")),
            ("", None),
            ("…", None),
            ("tkr_…", None),
            ("Qf", None),
            ("x9Qfx", None),
            ("tkr_…x9Qfx", None),
            ("wait…done", None),
            ("a…bc", None),
            ("éé", None),
            ("…é", None),
        ] {
            assert_eq!(filter(text).last_chars().as_deref(), last, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn searching_never_panics(text in ".{0,120}") {
            let _ = (searched(&text), filter(&text).last_chars());
        }
    }
}
