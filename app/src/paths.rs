//! Every URL of the console, as a function. The router of the server and the links of the pages agree by
//! using these.

use crate::domain::TokenId;

pub const TOKENS: &str = "/settings/tokens";
pub const TOKEN_NEW: &str = "/settings/tokens/new";

pub fn token_edit(id: TokenId) -> String {
    format!("{TOKENS}/{id}/edit")
}

pub fn token_delete(id: TokenId) -> String {
    format!("{TOKENS}/{id}/delete")
}

/// The pages of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Tokens,
    NotFound,
}

impl Page {
    /// The page at a path. What lies over it, and which rows it shows, is the page's own business.
    pub fn at(path: &str) -> Self {
        if TokensPlace::at(path).is_some() { Self::Tokens } else { Self::NotFound }
    }
}

/// Where on the Tokens page a URL leads: to the list, or to a prompt over it. Ids are as the URL has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokensPlace {
    List,
    New,
    Edit(String),
    Delete(String),
}

impl TokensPlace {
    /// `None` for a path that leads nowhere.
    pub fn at(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(TOKENS)?;
        let parts: Vec<&str> = rest.split('/').skip(1).collect();
        match parts.as_slice() {
            [] if rest.is_empty() => Some(Self::List),
            ["new"] => Some(Self::New),
            [id, "edit"] => Some(Self::Edit((*id).to_owned())),
            [id, "delete"] => Some(Self::Delete((*id).to_owned())),
            _ => None,
        }
    }
}

/// What a page is called, in the tab of a browser.
pub fn title(path: &str) -> &'static str {
    match TokensPlace::at(path) {
        Some(TokensPlace::List) => "Tokens · Tokenry",
        Some(TokensPlace::New) => "Create token · Tokenry",
        Some(TokensPlace::Edit(_)) => "Edit token · Tokenry",
        Some(TokensPlace::Delete(_)) => "Delete token · Tokenry",
        None => "Page not found · Tokenry",
    }
}

/// The cursor in the search part of the list's URL. Cursors have no characters that need escaping.
pub fn cursor(search: &str) -> Option<String> {
    let mut pairs = search.trim_start_matches('?').split('&');
    pairs.find_map(|pair| pair.strip_prefix("cursor=")).map(str::to_owned)
}

/// The same place with the list's state (`?cursor=...`) kept, so that closing a prompt leads back to it.
pub fn with_search(path: &str, search: &str) -> String {
    match search.trim_start_matches('?') {
        "" => path.to_owned(),
        search => format!("{path}?{search}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_url_of_the_tokens_page_leads_somewhere() {
        let id = TokenId::from_uuid(uuid::Uuid::nil());
        assert_eq!(TokensPlace::at(TOKENS), Some(TokensPlace::List));
        assert_eq!(TokensPlace::at(TOKEN_NEW), Some(TokensPlace::New));
        assert_eq!(TokensPlace::at(&token_edit(id)), Some(TokensPlace::Edit(id.to_string())));
        assert_eq!(TokensPlace::at(&token_delete(id)), Some(TokensPlace::Delete(id.to_string())));
    }

    #[test]
    fn the_cursor_is_found_wherever_it_stands() {
        assert_eq!(cursor("?cursor=o1"), Some("o1".to_owned()));
        assert_eq!(cursor("theme=dark&cursor=o1"), Some("o1".to_owned()));
        assert_eq!(cursor("?xcursor=o1"), None);
        assert_eq!(cursor(""), None);
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for path in [
            "",
            "/",
            "/settings",
            "/settings/tokensx",
            "/settings/tokens/",
            "/settings/tokens/new/x",
            "/settings/tokens/1/2/edit",
        ] {
            assert_eq!(TokensPlace::at(path), None, "{path}");
        }
    }
}
