//! A query of the list of tokens, as the address of the Tokens page has it.

use crate::domain::{
    Concern, Description, Error, Field, MetadataFilter, PAGE_ROWS, SEARCH_CHARS_MAX, SortBy, TokenCursor,
    TokenFilter, TokenQuery, TokenSort, TokenStatus, without_joiners,
};

/// Unparsed. An empty text asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenListForm {
    pub q: String,
    pub status: String,
    pub owner: String,
    pub permission: String,
    pub concern: String,
    pub metadata: String,
    pub sort: String,
    pub cursor: String,
}

/// Reads the pairs of a query. Unknown names are ignored, because others may have added theirs.
impl<N: AsRef<str>, V: Into<String>> FromIterator<(N, V)> for TokenListForm {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            if let Some(field) = form.field(name.as_ref()) {
                *field = value.into();
            }
        }
        form
    }
}

impl TokenListForm {
    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "q" => &mut self.q,
            "status" => &mut self.status,
            "owner" => &mut self.owner,
            "permission" => &mut self.permission,
            "concern" => &mut self.concern,
            "metadata" => &mut self.metadata,
            "sort" => &mut self.sort,
            "cursor" => &mut self.cursor,
            _ => return None,
        })
    }

    pub fn parse(&self) -> Result<TokenQuery, Error> {
        let sort = match some(&self.sort) {
            Some(text) => text.parse().map_err(|_| refuse("The table cannot be sorted by that."))?,
            None => TokenSort::default(),
        };
        let cursor = some(&self.cursor).map(|text| match text.parse::<TokenCursor>() {
            Ok(cursor) if cursor.sort == sort => Ok(cursor),
            _ => Err(refuse("This link to a page of the table is damaged. Start again from the first page.")),
        });
        Ok(TokenQuery { filter: self.filter()?, sort, cursor: cursor.transpose()?, limit: PAGE_ROWS })
    }

    fn filter(&self) -> Result<TokenFilter, Error> {
        Ok(TokenFilter {
            search: some(&self.q).map(visible).transpose()?,
            status: chosen(&self.status, TokenStatus::from_name, "There is no such status.")?,
            owner: chosen(&self.owner, |text| text.parse().ok(), "An owner is the id of a person.")?,
            permission: chosen(
                &self.permission,
                |text| text.parse().ok(),
                "A permission is written resource:action.",
            )?,
            concern: chosen(&self.concern, Concern::from_name, "There is no such filter.")?,
            metadata: chosen(&self.metadata, MetadataFilter::parse, MetadataFilter::SHAPE)?,
        })
    }

    /// The parts that narrow the list down, by their names in the address.
    pub fn filters(&self) -> [(&'static str, &str); 6] {
        [
            ("q", &self.q),
            ("status", &self.status),
            ("owner", &self.owner),
            ("permission", &self.permission),
            ("concern", &self.concern),
            ("metadata", &self.metadata),
        ]
    }

    /// All parts that are not empty, by their names in the address and in a fixed order.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let rest = [("sort", self.sort.as_str()), ("cursor", self.cursor.as_str())];
        self.filters().into_iter().chain(rest).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Does it ask for only a part of the list?
    pub fn narrows(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.trim().is_empty())
    }

    /// This query, from another place on.
    #[must_use]
    pub fn at(&self, cursor: Option<&TokenCursor>) -> Self {
        Self { cursor: cursor.map(ToString::to_string).unwrap_or_default(), ..self.clone() }
    }

    /// This query, sorted by a column from the first page on. If it is sorted by the column already, the
    /// order is reversed.
    #[must_use]
    pub fn sorted_by(&self, by: SortBy) -> Self {
        let now: TokenSort = self.sort.parse().unwrap_or_default();
        let is_descending = matches!(by, SortBy::LastUsedAt | SortBy::Permissions | SortBy::CreatedAt);
        let first = TokenSort { by, is_descending };
        let sort = if now == first { first.reversed() } else { first };
        let sort = Some(sort).filter(|sort| *sort != TokenSort::default());
        Self {
            sort: sort.map(|sort| sort.to_string()).unwrap_or_default(),
            cursor: String::new(),
            ..self.clone()
        }
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

fn chosen<T>(text: &str, parse: impl Fn(&str) -> Option<T>, detail: &str) -> Result<Option<T>, Error> {
    some(text).map(|text| parse(text).ok_or_else(|| refuse(detail))).transpose()
}

fn refuse(detail: &str) -> Error {
    Error::field(Field::Cursor, "malformed", detail)
}

/// Refuses a search text that is too long or has invisible characters, apart from joiners.
fn visible(text: &str) -> Result<String, Error> {
    if text.chars().count() > SEARCH_CHARS_MAX {
        return Err(refuse(&format!("Search for {SEARCH_CHARS_MAX} characters at most.")));
    }
    let text = without_joiners(text);
    match Description::parse(&text) {
        Ok(_) => Ok(text),
        Err(wrong) => Err(Error::field(Field::Cursor, wrong.code(), wrong.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(field: &str, text: &str) -> TokenListForm {
        [(field, text)].into_iter().collect()
    }

    #[test]
    fn what_an_address_does_not_say_is_not_asked_for() {
        let all = TokenListForm::default();
        let query = all.parse().map(|query| (query.filter.is_empty(), query.sort, query.cursor));
        assert_eq!(query, Ok((true, TokenSort::default(), None)));
        assert!(!all.narrows() && all.pairs().is_empty());
        assert_eq!(form("q", "  ").parse().map(|query| query.filter.search), Ok(None));
    }

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let said = [("q", "sync"), ("sort", "-name"), ("cursor", "N6")];
        let form: TokenListForm = said.into_iter().chain([("from", "elsewhere")]).collect();
        assert_eq!(form.pairs(), said);
    }

    #[test]
    fn a_text_is_looked_for_while_it_is_typed() {
        let searched = |text: &str| form("q", text).parse().map(|query| query.filter.search);
        assert_eq!(searched("می\u{200c}"), Ok(Some("می".to_owned())));
        assert_eq!(searched("👩\u{200d}"), Ok(Some("👩".to_owned())));
    }

    #[test]
    fn addresses_made_by_hand_are_refused_with_a_sentence() {
        for (field, text) in [
            ("q", "a\u{7}"),
            ("q", &"a".repeat(SEARCH_CHARS_MAX + 1)),
            ("status", "Active"),
            ("owner", "me"),
            ("permission", "everything"),
            ("concern", "broken"),
            ("metadata", "Env:prod"),
            ("sort", "id"),
            ("cursor", "o1"),
        ] {
            let refused = form(field, text).parse();
            assert!(matches!(refused, Err(Error::Invalid { .. })), "{field}={text}");
        }
    }

    #[test]
    fn a_cursor_of_another_order_is_refused() {
        let cursor = format!("C{:016x}{}", 5, "0".repeat(32));
        assert!(form("cursor", &cursor).parse().is_ok());
        let other = TokenListForm { sort: "name".to_owned(), ..form("cursor", &cursor) };
        assert!(other.parse().is_err());
    }

    #[test]
    fn sorting_by_a_column_again_turns_it_round_and_begins_at_the_first_page() {
        let at = form("cursor", "x");
        let by_name = at.sorted_by(SortBy::Name);
        assert_eq!((by_name.sort.as_str(), by_name.cursor.as_str()), ("name", ""));
        assert_eq!(by_name.sorted_by(SortBy::Name).sort, "-name");
        assert_eq!(by_name.sorted_by(SortBy::LastUsedAt).sort, "-last_used_at");
        assert_eq!(TokenListForm::default().sorted_by(SortBy::CreatedAt).sort, "created_at");
        assert_eq!(by_name.sorted_by(SortBy::CreatedAt).sort, "", "the usual order is not said");
    }
}
