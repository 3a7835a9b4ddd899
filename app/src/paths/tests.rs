//! Places, and the ways between them.

use super::*;

#[test]
fn a_prompt_lies_over_its_screen_and_keeps_its_state() {
    let id = TokenId::from_uuid(uuid::Uuid::nil());
    for (path, search, screen) in [
        (TOKENS.to_owned(), "q=a", "/settings/tokens?q=a".to_owned()),
        (TOKEN_NEW.to_owned(), "?from=1&q=a", "/settings/tokens?q=a".to_owned()),
        (token_edit(id), "sort=-name", "/settings/tokens?sort=-name".to_owned()),
        (token(id), "range=7d", format!("{}?range=7d", token(id))),
        (token_details_prompt(id, "edit"), "range=7d", format!("{}?range=7d", token(id))),
        (token_restore(id), "", TOKENS_DELETED.to_owned()),
        (
            TOKENS_BULK.to_owned(),
            "action=disable&list=q%3Da%26sort%3Dname",
            "/settings/tokens?q=a&sort=name".to_owned(),
        ),
        (RESOURCE_NEW.to_owned(), "", PERMISSIONS.to_owned()),
        (
            PERMISSION_HOLDERS.to_owned(),
            "permission=a%3Ab",
            "/settings/permissions/holders?permission=a%3Ab".to_owned(),
        ),
        (PERSON_NEW.to_owned(), "", PEOPLE.to_owned()),
        (WEBHOOK_NEW.to_owned(), "", WEBHOOKS.to_owned()),
        ("/settings/webhooks/1/edit".to_owned(), "", "/settings/webhooks/1".to_owned()),
        (
            AUDIT.to_owned(),
            "?from=2026-11-23&to=2026-11-24",
            format!("{AUDIT}?from=2026-11-23&to=2026-11-24"),
        ),
        (PROFILE_PASSWORD.to_owned(), "", PROFILE.to_owned()),
        ("/nowhere".to_owned(), "", "/nowhere".to_owned()),
    ] {
        assert_eq!(screen_of(&path, search), screen, "{path}?{search}");
    }
}

#[test]
fn the_state_of_the_list_is_kept_without_what_a_prompt_is_about() {
    assert_eq!(list_query("?from=1&q=sync&sort=-name"), "q=sync&sort=-name");
    assert_eq!(list_query("from=1"), "");
    assert_eq!((copied("?q=sync&from=1"), copied("?q=from=1")), (Some("1".to_owned()), None));
    assert_eq!((copied(""), copied("?from="), copied("?xfrom=1")), (None, None, None));
    assert_eq!(
        with_search(&token_duplicate(TokenId::from_uuid(uuid::Uuid::nil())), "q=a"),
        "/settings/tokens/new?from=00000000-0000-0000-0000-000000000000&q=a"
    );
}

#[test]
fn only_places_of_this_site_can_be_gone_to() {
    for good in ["/", "/profile", "/settings/tokens?cursor=o1", "/settings/audit?kind=a&from=2026-11-23"] {
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
fn the_way_back_to_the_list_leads_nowhere_else() {
    assert_eq!(tokens_list(""), TOKENS);
    assert_eq!(tokens_list("status=idle&q=a%20b"), "/settings/tokens?status=idle&q=a%20b");
    for list in ["a b", "q=\n", "q=é", "\\evil"] {
        assert_eq!(tokens_list(list), TOKENS, "{list:?}");
    }
    assert_eq!(tokens_list(&"a".repeat(3_000)), TOKENS);
    let id = TokenId::from_uuid(uuid::Uuid::nil());
    let path = "/settings/tokens/bulk?action=enable&id=00000000-0000-0000-0000-000000000000";
    assert_eq!(tokens_bulk("enable", [id], ""), path);
    assert_eq!(tokens_bulk("enable", [id], "a=b&c"), format!("{path}&list=a%3Db%26c"));
}

#[test]
fn what_is_asked_for_survives_the_way_through_sign_in() {
    assert_eq!(sign_in("/a?b=c&d=é"), "/sign-in?next=/a%3Fb%3Dc%26d%3D%C3%A9");
}

#[test]
fn a_workspace_with_a_name_is_in_the_title() {
    assert_eq!(titled("Tokens", ""), "Tokens · Tokenry");
    assert_eq!(titled("Tokens", "Acme"), "Tokens · Acme");
}
