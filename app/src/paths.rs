//! Every URL of the console, as a function. The router of the server and the links of the pages agree by
//! using these.

mod accounts;

pub use accounts::*;

use crate::domain::{
    Attention, AuditForm, PasskeyId, Permission, PersonId, PersonPrompt, TokenId, TokenListForm, WebhookId,
};

pub const OVERVIEW: &str = "/overview";
pub const TOKENS: &str = "/settings/tokens";
pub const TOKEN_NEW: &str = "/settings/tokens/new";
pub const TOKENS_BULK: &str = "/settings/tokens/bulk";
pub const TOKENS_EXPORT: &str = "/settings/tokens/export";
pub const TOKENS_DELETED: &str = "/settings/tokens/deleted";
pub const PERMISSIONS: &str = "/settings/permissions";
pub const RESOURCE_NEW: &str = "/settings/permissions/new";
pub const PERMISSION_HOLDERS: &str = "/settings/permissions/holders";
pub const PEOPLE: &str = "/settings/people";
pub const PERSON_NEW: &str = "/settings/people/new";
pub const GROUPS: &str = "/settings/groups";
pub const GROUP_NEW: &str = "/settings/groups/new";
pub const SERVICES: &str = "/settings/service-accounts";
pub const SERVICE_NEW: &str = "/settings/service-accounts/new";
pub const REQUESTS: &str = "/settings/requests";
pub const REQUEST_NEW: &str = "/settings/requests/new";
pub const AUDIT: &str = "/settings/audit";
pub const AUDIT_EXPORT: &str = "/settings/audit/export";
pub const WEBHOOKS: &str = "/settings/webhooks";
pub const WEBHOOK_NEW: &str = "/settings/webhooks/new";
pub const GENERAL: &str = "/settings/general";
pub const REFERENCE: &str = "/reference";
pub const PROFILE: &str = "/profile";
pub const PROFILE_NAME: &str = "/profile/name";
pub const PROFILE_NOTICES: &str = "/profile/notifications";
pub const PROFILE_PASSWORD: &str = "/profile/password";
pub const PROFILE_APP: &str = "/profile/app";
pub const PROFILE_APP_BEGIN: &str = "/profile/app/begin";
pub const PROFILE_APP_REMOVE: &str = "/profile/app/remove";
/// Answers with the challenge for a new passkey.
pub const PASSKEY_BEGIN: &str = "/profile/passkeys/begin";
pub const PASSKEY_NEW: &str = "/profile/passkeys/new";
pub const PROFILE_CODES: &str = "/profile/recovery-codes";
pub const PROFILE_THEME: &str = "/profile/theme";
pub const SESSION_END: &str = "/profile/sessions/end";
pub const OTHER_SESSIONS_END: &str = "/profile/sessions/end-others";
/// The stream of events that open screens follow.
pub const CHANGES: &str = "/changes";
pub const SIGN_IN: &str = "/sign-in";
/// Begins a sign-in through an identity provider, and ends it.
pub const PROVIDER: &str = "/sign-in/{provider}";
pub const PROVIDER_CALLBACK: &str = "/sign-in/{provider}/callback";
/// Answers with the challenge for a sign-in.
pub const PASSKEY_SIGN_IN_BEGIN: &str = "/sign-in/passkey/begin";
pub const PASSKEY_SIGN_IN: &str = "/sign-in/passkey";
pub const SECOND_FACTOR: &str = "/sign-in/second-factor";
pub const SIGN_OUT: &str = "/sign-out";
pub const SETUP: &str = "/setup";
pub const PASSWORD: &str = "/password";

/// The overview of token usage over a range.
pub fn overview(range: &str) -> String {
    format!("{OVERVIEW}?range={range}")
}

/// The list of tokens that need attention for this reason.
pub fn tokens_to_look_at(reason: Attention) -> String {
    let (filter, value) = reason.query();
    format!("{TOKENS}?{filter}={value}")
}

/// The page of one token.
pub fn token(id: TokenId) -> String {
    format!("{TOKENS}/{id}")
}

/// The table of tokens that a form asks for.
pub fn tokens(form: &TokenListForm) -> String {
    with_search(TOKENS, &query(&form.pairs()))
}

/// The tokens of one person.
pub fn tokens_of(owner: PersonId) -> String {
    tokens(&TokenListForm { owner: owner.to_string(), ..TokenListForm::default() })
}

/// The create prompt, filled in as a copy of this token.
pub fn token_duplicate(id: TokenId) -> String {
    format!("{TOKEN_NEW}?from={id}")
}

/// The id of the menu button in a token's row, which the focus returns to from its prompts.
pub fn dots_id(token: &str) -> String {
    format!("actions-{token}")
}

/// The page of a token with its activity over a range. It opens at the activity.
pub fn token_activity(id: TokenId, range: &str) -> String {
    format!("{TOKENS}/{id}?range={range}#activity")
}

/// The query field on a token's page that a hand-over has led to.
pub const HANDED_OVER: &str = "handed-over";

/// The page of a token that has just been handed over: it offers to rotate.
pub fn token_handed_over(id: TokenId) -> String {
    format!("{TOKENS}/{id}?{HANDED_OVER}=1")
}

/// The audit log, narrowed down to one token.
pub fn audit_of_token(id: TokenId) -> String {
    format!("{AUDIT}?token={id}")
}

/// The audit log that a form asks for.
pub fn audit(form: &AuditForm) -> String {
    with_search(AUDIT, &query(&form.pairs()))
}

/// A prompt about a token over the list, by its word.
pub fn token_prompt(id: TokenId, word: &str) -> String {
    format!("{TOKENS}/{id}/{word}")
}

/// A prompt about a token over the page of that token, by its word.
pub fn token_details_prompt(id: TokenId, word: &str) -> String {
    format!("{TOKENS}/{id}/{DETAILS}/{word}")
}

/// A token at a glance, over the list. The argument is the URL of the token's own page.
pub fn glance(token: &str) -> String {
    format!("{token}/glance")
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

/// The form that ends the secret which a rotation has left behind.
pub fn token_end_old_secret(id: TokenId) -> String {
    token_prompt(id, "end-old-secret")
}

/// The prompt that restores a deleted token.
pub fn token_restore(id: TokenId) -> String {
    token_prompt(id, "restore")
}

/// The prompt that disables a token, or enables it again.
pub fn token_disable(id: TokenId, is_disabled: bool) -> String {
    token_prompt(id, if is_disabled { "disable" } else { "enable" })
}

/// The prompt about several tokens at once, by the word of the action. `list` is the search part of the list's URL, to
/// which the prompt leads back.
pub fn tokens_bulk(word: &str, ids: impl IntoIterator<Item = TokenId>, list: &str) -> String {
    let ids: String = ids.into_iter().map(|id| format!("&id={id}")).collect();
    let list = if list.is_empty() { String::new() } else { format!("&list={}", escaped(list)) };
    format!("{TOKENS_BULK}?action={word}{ids}{list}")
}

/// The list of tokens with this state; the whole list if the state makes no sense.
pub fn tokens_list(list: &str) -> String {
    own(&with_search(TOKENS, list)).unwrap_or(TOKENS).to_owned()
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

/// A prompt about a person.
pub fn person_prompt(id: PersonId, prompt: PersonPrompt) -> String {
    format!("{PEOPLE}/{id}/{}", prompt.segment())
}

/// The page of one webhook.
pub fn webhook(id: WebhookId) -> String {
    format!("{WEBHOOKS}/{id}")
}

/// A prompt about a webhook over its page, or a form on it, by its word.
pub fn webhook_prompt(id: WebhookId, word: &str) -> String {
    format!("{WEBHOOKS}/{id}/{word}")
}

pub fn passkey_rename(id: PasskeyId) -> String {
    format!("{PROFILE}/passkeys/{id}/rename")
}

pub fn passkey_remove(id: PasskeyId) -> String {
    format!("{PROFILE}/passkeys/{id}/remove")
}

/// The sign-in page that leads to `next` afterwards, a place on this site.
pub fn sign_in(next: &str) -> String {
    format!("{SIGN_IN}?next={}", escaped(next))
}

/// Begins a sign-in through a provider that leads to `next` afterwards. With `again`, the person proves there once more
/// who they are.
pub fn sign_in_through(provider: &str, next: &str, again: bool) -> String {
    let again = if again { "&again=1" } else { "" };
    format!("{SIGN_IN}/{provider}?next={}{again}", escaped(next))
}

/// The sign-in page of somebody who has signed out, and had come through this provider.
pub fn left_provider(provider: &str) -> String {
    format!("{SIGN_IN}?left={}", escaped(provider))
}

/// Where a provider sends people back to.
pub fn provider_callback(provider: &str) -> String {
    format!("{SIGN_IN}/{provider}/callback")
}

/// The page of the second step of a sign-in, which leads to `next` afterwards.
pub fn second_factor(next: &str) -> String {
    format!("{SECOND_FACTOR}?next={}", escaped(next))
}

/// Returns the place if it belongs to this site: a path that no browser reads as another host.
pub fn own(next: &str) -> Option<&str> {
    let path = next.strip_prefix('/')?;
    let elsewhere = path.starts_with(['/', '\\']);
    let plain = next.len() <= 2_000 && next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    (plain && !elsewhere).then_some(next)
}

/// Escapes text for a query: everything but letters, digits and a few signs becomes `%XX`.
pub fn escaped(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Joins names and values into a query.
pub fn query(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

/// The part of a search that describes the list: everything but the token that the create prompt copies.
pub fn list_query(search: &str) -> String {
    let pairs = search.trim_start_matches('?').split('&').filter(|pair| !pair.starts_with("from="));
    pairs.collect::<Vec<_>>().join("&")
}

/// The token that a search asks to copy.
pub fn copied(search: &str) -> Option<String> {
    let mut pairs = search.trim_start_matches('?').split('&');
    pairs.find_map(|pair| pair.strip_prefix("from=")).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// A title with the workspace's name in place of the product's, so that the tabs of two installations can be told
/// apart.
pub fn titled(title: &str, workspace: &str) -> String {
    let whose = if workspace.is_empty() { "Tokenry" } else { workspace };
    if title.is_empty() { whose.to_owned() } else { format!("{title} · {whose}") }
}

/// The screen that a URL shows, with its state: the URL itself or, for a prompt, the screen below it.
pub fn screen_of(path: &str, search: &str) -> String {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let screen = match parts.as_slice() {
        ["settings", "tokens", "bulk"] => return tokens_list(&unescaped(value_of(search, "list"))),
        ["settings", "tokens", "deleted"] | ["settings", "permissions", "holders"] => path,
        ["settings", "tokens", _, "restore"] => TOKENS_DELETED,
        ["settings", "tokens", id, DETAILS, _] => return with_search(&format!("{TOKENS}/{id}"), search),
        ["settings", "tokens", "new"] | ["settings", "tokens", _, _] => TOKENS,
        ["settings", "permissions", "new"] | ["settings", "permissions", _, _] => PERMISSIONS,
        ["settings", "people", _, ..] => PEOPLE,
        ["settings", "webhooks", "new"] => WEBHOOKS,
        ["settings", "webhooks", id, _] => return with_search(&format!("{WEBHOOKS}/{id}"), search),
        ["settings", "groups", _] => GROUPS,
        ["settings", "service-accounts", _] => SERVICES,
        ["settings", "requests", _, ..] => REQUESTS,
        ["settings", "accounts", id, _] => return format!("/settings/accounts/{id}"),
        ["profile", ..] => PROFILE,
        _ => path,
    };
    // On other screens a field of that name belongs to the screen, like the first day of the audit log.
    if path == TOKEN_NEW { with_search(screen, &list_query(search)) } else { with_search(screen, search) }
}

/// The URL that shows a form posted to this one: the same URL or, where a page has several forms, that of the page.
pub fn page_of_form(path: &str, search: &str) -> String {
    let is_prompt = ["/app", "/app/remove", "/recovery-codes"].iter().any(|end| path.ends_with(end))
        || path.starts_with("/profile/passkeys/");
    let has_several =
        path.starts_with(PROFILE) && !is_prompt || path.starts_with(WEBHOOKS) && path.ends_with("/again");
    if has_several { screen_of(path, search) } else { with_search(path, search) }
}

/// The segment in the path of a prompt over the page of one token, as opposed to a prompt over the list.
const DETAILS: &str = "details";

/// The value of a field of a query, still escaped.
pub fn value_of<'a>(search: &'a str, name: &str) -> &'a str {
    let mut pairs = search.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(field, _)| *field == name).map_or("", |(_, value)| value)
}

/// Inverse of [`escaped`]; anything that is not an escape stays as it is.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, byte) {
            (b'%', Some(byte)) => (bytes.push(byte), rest = &after[2..]).0,
            (b'+', _) => (bytes.push(b' '), rest = after).0,
            _ => (bytes.push(first), rest = after).0,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The tokens that a query names, escaped or not: ids have nothing to escape.
pub fn named_ids(search: &str) -> Vec<String> {
    let pairs = search.trim_start_matches('?').split('&');
    pairs.filter_map(|pair| pair.strip_prefix("id=")).map(str::to_owned).collect()
}

/// Adds a search to a path. Keeping the list's state (`?cursor=...`) this way makes closing a prompt lead back to it.
pub fn with_search(path: &str, search: &str) -> String {
    match search.trim_start_matches('?') {
        "" => path.to_owned(),
        search if path.contains('?') => format!("{path}&{search}"),
        search => format!("{path}?{search}"),
    }
}

#[cfg(test)]
mod tests;
