//! The loads behind a link, to be read ahead of the click: that of its screen and that of the prompt over it.

use super::*;
use crate::paths;
use leptos::server_fn::ServerFn;

/// The path of each server function, and the URL that it would be called with. `here` is the screen that is there
/// already.
pub fn loads_of(path: &str, search: &str, here: &str) -> Vec<(&'static str, String)> {
    let (url, screen) = (paths::with_search(path, search), paths::screen_of(path, search));
    let below = screen.split('?').next().unwrap_or_default();
    let of_screen = (screen != here).then(|| load_of(below)).flatten().map(|load| (load, screen.clone()));
    let of_prompt = (below != path).then(|| load_of(path)).flatten().map(|load| (load, url));
    of_screen.into_iter().chain(of_prompt).collect()
}

fn load_of(path: &str) -> Option<&'static str> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Some(match parts.as_slice() {
        ["overview"] => LoadOverview::PATH,
        ["reference"] => LoadReference::PATH,
        ["profile"] => LoadProfile::PATH,
        ["settings", "groups" | "service-accounts"] => LoadAccounts::PATH,
        ["settings", "groups" | "service-accounts", "new"] => LoadAccountPrompt::PATH,
        ["settings", "accounts", _] => LoadAccount::PATH,
        ["settings", "accounts", _, _] => LoadAccountPrompt::PATH,
        ["settings", "requests"] => LoadRequests::PATH,
        ["settings", "requests", "new"] => LoadAsk::PATH,
        ["settings", "requests", _, "answer"] => LoadRequest::PATH,
        ["profile", "app"] => LoadApp::PATH,
        ["profile", ..] => LoadFactors::PATH,
        ["settings", "audit"] => LoadAudit::PATH,
        ["settings", "general"] => LoadGeneral::PATH,
        ["settings", "webhooks"] => LoadWebhooks::PATH,
        ["settings", "webhooks", "new"] => LoadNewWebhook::PATH,
        ["settings", "webhooks", ..] => LoadWebhook::PATH,
        ["settings", "people"] => LoadPeople::PATH,
        ["settings", "people", "new"] => LoadInvitation::PATH,
        ["settings", "people", _, _] => LoadPerson::PATH,
        ["settings", "permissions"] => LoadPermissions::PATH,
        ["settings", "permissions", "holders"] => LoadHolders::PATH,
        ["settings", "permissions", "new"] => LoadNewResource::PATH,
        ["settings", "permissions", _, _] => LoadResource::PATH,
        ["settings", "tokens"] => LoadTokens::PATH,
        ["settings", "tokens", "deleted"] => LoadDeletedTokens::PATH,
        ["settings", "tokens", "new"] => LoadTokenPrompt::PATH,
        ["settings", "tokens", "bulk"] => LoadBulkPrompt::PATH,
        ["settings", "tokens", _] | ["settings", "tokens", _, "glance"] => LoadToken::PATH,
        ["settings", "tokens", _, "restore"] => LoadRestorePrompt::PATH,
        ["settings", "tokens", .., "edit" | "delete"] => LoadTokenPrompt::PATH,
        ["settings", "tokens", .., "rotate"] => LoadRotatePrompt::PATH,
        ["settings", "tokens", .., "disable" | "enable"] => LoadDisablePrompt::PATH,
        ["settings", "tokens", .., "hand-over"] => LoadHandOverPrompt::PATH,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_at_a_place_of_its_own_is_not_read_as_one_token_or_person() {
        for (path, load) in [
            ("/settings/tokens/new", LoadTokenPrompt::PATH),
            ("/settings/tokens/bulk", LoadBulkPrompt::PATH),
            ("/settings/tokens/deleted", LoadDeletedTokens::PATH),
            ("/settings/tokens/1", LoadToken::PATH),
            ("/settings/tokens/1/restore", LoadRestorePrompt::PATH),
            ("/settings/people/new", LoadInvitation::PATH),
            ("/settings/permissions/new", LoadNewResource::PATH),
            ("/settings/webhooks/new", LoadNewWebhook::PATH),
            ("/settings/webhooks/1/edit", LoadWebhook::PATH),
            ("/settings/permissions/holders", LoadHolders::PATH),
        ] {
            let loads = loads_of(path, "", "");
            assert_eq!(loads.last().map(|(load, _)| *load), Some(load), "{path}");
        }
    }
}
