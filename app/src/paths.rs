//! Every URL of the console, as a function. The router of the server and the links of the pages agree by
//! using these.

use crate::domain::{Permission, PersonId, SessionId, TokenId};

pub const TOKENS: &str = "/settings/tokens";
pub const TOKEN_NEW: &str = "/settings/tokens/new";
pub const TOKENS_DELETED: &str = "/settings/tokens/deleted";
pub const PERMISSIONS: &str = "/settings/permissions";
pub const RESOURCE_NEW: &str = "/settings/permissions/new";
pub const PERMISSION_HOLDERS: &str = "/settings/permissions/holders";
pub const PEOPLE: &str = "/settings/people";
pub const PERSON_NEW: &str = "/settings/people/new";
pub const AUDIT: &str = "/settings/audit";
pub const AUDIT_EXPORT: &str = "/settings/audit/export";
pub const GENERAL: &str = "/settings/general";
pub const REFERENCE: &str = "/reference";
pub const PROFILE: &str = "/profile";
pub const PROFILE_NAME: &str = "/profile/name";
pub const PROFILE_PASSWORD: &str = "/profile/password";
pub const PROFILE_THEME: &str = "/profile/theme";
pub const OTHER_SESSIONS_END: &str = "/profile/sessions/end-others";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_OUT: &str = "/sign-out";
pub const SETUP: &str = "/setup";
pub const PASSWORD: &str = "/password";

/// All about one token.
pub fn token(id: TokenId) -> String {
    format!("{TOKENS}/{id}")
}

/// The same, with its activity over a range; the page opens at that.
pub fn token_activity(id: TokenId, range: &str) -> String {
    format!("{TOKENS}/{id}?range={range}#activity")
}

/// What the audit log has about one token.
pub fn audit_of_token(id: TokenId) -> String {
    format!("{AUDIT}?token={id}")
}

/// What can be asked about a token, by its word: each is a prompt of its own.
pub fn token_prompt(id: TokenId, word: &str) -> String {
    format!("{TOKENS}/{id}/{word}")
}

pub fn token_edit(id: TokenId) -> String {
    token_prompt(id, "edit")
}

pub fn token_delete(id: TokenId) -> String {
    token_prompt(id, "delete")
}

pub fn token_hand_over(id: TokenId) -> String {
    token_prompt(id, "hand-over")
}

pub fn token_rotate(id: TokenId) -> String {
    token_prompt(id, "rotate")
}

/// Ends the secret that a rotation has left.
pub fn token_end_old_secret(id: TokenId) -> String {
    token_prompt(id, "end-old-secret")
}

/// Where a deleted token is brought back.
pub fn token_restore(id: TokenId) -> String {
    token_prompt(id, "restore")
}

/// Where a token is paused, or goes on.
pub fn token_pause(id: TokenId, is_disabled: bool) -> String {
    token_prompt(id, if is_disabled { "disable" } else { "enable" })
}

/// Names of resources have no characters that need escaping.
pub fn resource_edit(name: &str) -> String {
    format!("{PERMISSIONS}/{name}/edit")
}

pub fn resource_remove(name: &str) -> String {
    format!("{PERMISSIONS}/{name}/remove")
}

/// The tokens that hold a permission.
pub fn permission_holders(permission: &Permission) -> String {
    format!("{PERMISSION_HOLDERS}?permission={}", escaped(permission.as_str()))
}

/// What can be asked about a person; each is a prompt of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonPrompt {
    Role,
    Link,
    HandOver,
    SignOut,
    Disable,
    Enable,
}

impl PersonPrompt {
    pub const ALL: [Self; 6] =
        [Self::Role, Self::Link, Self::HandOver, Self::SignOut, Self::Disable, Self::Enable];

    pub const fn segment(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Link => "link",
            Self::HandOver => "hand-over",
            Self::SignOut => "sign-out",
            Self::Disable => "disable",
            Self::Enable => "enable",
        }
    }
}

pub fn person_prompt(id: PersonId, prompt: PersonPrompt) -> String {
    format!("{PEOPLE}/{id}/{}", prompt.segment())
}

pub fn session_end(id: SessionId) -> String {
    format!("{PROFILE}/sessions/{id}/end")
}

/// Where to sign in, to come back to a place of this site afterwards.
pub fn sign_in(next: &str) -> String {
    format!("{SIGN_IN}?next={}", escaped(next))
}

/// A place to go to, if it is one of this site's own: a path that no browser reads as another host.
pub fn own(next: &str) -> Option<&str> {
    let path = next.strip_prefix('/')?;
    let elsewhere = path.starts_with(['/', '\\']);
    let plain = next.len() <= 2_000 && next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    (plain && !elsewhere).then_some(next)
}

/// Text as it stands in a query: all but letters, digits and a few signs as `%XX`.
pub fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
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

/// A title with what the workspace is called where the product's name stands, so that two installations can be told
/// apart in their tabs.
pub fn titled(title: &str, workspace: &str) -> String {
    match title.strip_suffix("Tokenry") {
        Some(page) if !workspace.is_empty() => format!("{page}{workspace}"),
        _ => title.to_owned(),
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
    fn only_places_of_this_site_can_be_gone_to() {
        for good in ["/", "/profile", "/settings/tokens?cursor=o1", "/settings/audit?kind=a&from=2026-11-23"]
        {
            assert_eq!(own(good), Some(good));
        }
        for bad in [
            "",
            "profile",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\nb",
            "/a b",
            "/\t/evil.example",
        ] {
            assert_eq!(own(bad), None, "{bad:?}");
        }
        assert_eq!(own(&format!("/{}", "a".repeat(2_000))), None);
    }

    #[test]
    fn what_is_asked_for_survives_the_way_through_sign_in() {
        assert_eq!(sign_in("/a?b=c&d=é"), "/sign-in?next=/a%3Fb%3Dc%26d%3D%C3%A9");
    }

    #[test]
    fn a_workspace_with_a_name_is_in_the_title() {
        assert_eq!(titled(title(TOKENS), ""), "Tokens · Tokenry");
        assert_eq!(titled(title(TOKENS), "Acme"), "Tokens · Acme");
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
