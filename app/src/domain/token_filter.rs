//! Which tokens of a long list are wanted.

use super::{
    Concern, Owner, Permission, PersonId, Pulse, Timestamp, Token, TokenCursor, TokenId, TokenSort,
    TokenStatus,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Fewest characters of an id that tell it from a word: those before its first dash.
const ID_CHARS_MIN: usize = 8;
/// Text shorter than this is looked for where words begin: anywhere, it would be everywhere.
const ANYWHERE_CHARS_MIN: usize = 3;

/// Only tokens that fit all of it. Nothing means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// Text in the name or the description, the beginning of an id, or the last four characters of the secret.
    pub search: Option<String>,
    pub status: Option<TokenStatus>,
    pub owner: Option<PersonId>,
    pub permission: Option<Permission>,
    pub concern: Option<Concern>,
}

impl TokenFilter {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

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

    /// What is looked for in the [`searchable`] text of a token.
    pub fn needle(&self) -> Option<String> {
        let words = Some(folded(self.search.as_ref()?)).filter(|words| !words.is_empty())?;
        let is_short = words.chars().count() < ANYWHERE_CHARS_MIN;
        Some(if is_short { format!("  {words}") } else { words })
    }
}

/// The text that searches look into: the words of a name and a description without letter case, each with two spaces
/// in front, so that the beginning of a word is text like any other.
pub fn searchable(name: &str, description: &str) -> String {
    format!("  {}", folded(&format!("{name} {description}")))
}

fn folded(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join("  ")
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

/// A page of the list, and where the pages beside it begin, if there are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenList {
    pub tokens: Vec<Token>,
    pub next: Option<TokenCursor>,
    pub previous: Option<TokenCursor>,
}

/// A page of the table on the Tokens tab. The counts are exact up to [`super::COUNT_MAX`], then just more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPage {
    pub list: TokenList,
    /// How its tokens were used in the last day; nothing about those that were not.
    pub pulses: HashMap<TokenId, Pulse>,
    /// When the old secrets of those that rotate were last used, if they were.
    pub old_uses: HashMap<TokenId, Option<Timestamp>>,
    /// How many fit the filter.
    pub fitting: u64,
    /// How many there are, whatever the filter.
    pub count: u64,
    /// What a token's status is counted from.
    pub now: Timestamp,
}

/// What the filters of the table offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenChoices {
    /// Nobody, for those who see only their own tokens.
    pub owners: Vec<Owner>,
    pub permissions: Vec<Permission>,
}

/// `12`, or `1,000+` when there are more than are counted.
pub fn count_in_words(count: u64) -> String {
    if count > super::COUNT_MAX { "1,000+".to_owned() } else { count.to_string() }
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

    fn finds(text: &str, name: &str, description: &str) -> bool {
        filter(text).needle().is_some_and(|needle| searchable(name, description).contains(&needle))
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
    fn text_is_found_anywhere_in_names_and_descriptions_whatever_its_case() {
        assert!(finds("ILLING", "Billing sync", ""));
        assert!(finds("échelle", "ÉCHELLE", ""));
        assert!(finds("nightly  export", "Sync", "The nightly export"));
        assert!(!finds("billings", "Billing sync", ""));
    }

    #[test]
    fn one_or_two_characters_are_looked_for_where_words_begin() {
        assert!(finds("b", "Billing", "") && finds("sy", "Billing sync", "") && finds("中", "", "中文"));
        assert!(!finds("i", "Billing", "") && !finds("il", "Billing", ""));
    }

    proptest! {
        #[test]
        fn searching_never_panics(text in ".{0,120}") {
            let _ = (searched(&text), filter(&text).needle());
        }

        #[test]
        fn a_name_is_found_by_any_part_of_it(name in "[a-zA-Z0-9éÉ ]{3,20}", from in 0usize..10, many in 3usize..10) {
            let part: String = name.chars().skip(from).take(many).collect();
            prop_assume!(part.trim() == part && part.chars().count() >= 3);
            prop_assert!(finds(&part, &name, ""));
        }
    }
}
