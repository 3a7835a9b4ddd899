use crate::support::{Script, TestApp, form};
use app::domain::{Role, TokenForm};
use serde_json::Value;
use std::collections::BTreeSet;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Every name, page by page.
async fn all(script: &Script, query: &str, limit: usize) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = script.get(&format!("/v1/tokens?limit={limit}{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{query}{cursor}: {}", page.text);
        let page = page.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        names.extend(items.iter().map(|token| token["name"].as_str().unwrap().to_owned()));
        match &page["next_cursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return names,
        }
    }
}

/// Five tokens and the script's own.
async fn five() -> (TestApp, Script) {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let form = |name: &str, days: Option<i64>| TokenForm {
        expires_at: days.map(|days| {
            let now = script_time(&app);
            app::domain::Timestamp::from_millis(now + days * DAY_MS).to_string()
        }),
        ..form(name, &["projects:read"])
    };
    for (name, days) in
        [("echo", Some(30)), ("Alpha", None), ("delta", Some(3)), ("Bravo", Some(90)), ("charlie", None)]
    {
        app.made(&form(name, days)).await;
    }
    (app, script)
}

fn script_time(app: &TestApp) -> i64 {
    app::service::Clock::now(&*app.clock).as_millis()
}

#[tokio::test]
async fn every_order_shows_everything_once_whatever_the_size_of_a_page() {
    let (_house, script) = five().await;
    for (sort, expected) in [
        ("", "charlie Bravo delta Alpha echo Token 0"),
        ("&sort=-created_at", "charlie Bravo delta Alpha echo Token 0"),
        ("&sort=created_at", "Token 0 echo Alpha delta Bravo charlie"),
        ("&sort=name", "Alpha Bravo charlie delta echo Token 0"),
        ("&sort=-name", "Token 0 echo delta charlie Bravo Alpha"),
        // Tokens without an expiry are in the order of their creation.
        ("&sort=expires_at", "delta echo Bravo Token 0 Alpha charlie"),
        ("&sort=-expires_at", "Bravo echo delta charlie Alpha Token 0"),
        ("&sort=last_used_at", "Token 0 echo Alpha delta Bravo charlie"),
        ("&sort=-last_used_at", "charlie Bravo delta Alpha echo Token 0"),
    ] {
        for limit in 1..=7 {
            assert_eq!(all(&script, sort, limit).await.join(" "), expected, "{sort} by {limit}");
        }
    }
}

#[tokio::test]
async fn a_search_finds_names_descriptions_ids_and_the_end_of_a_secret() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let described =
        TokenForm { description: "Copies 100% of_invoices".into(), ..form("Sync", &["projects:read"]) };
    let made = app.made(&described).await;
    app.made(&form("Deploy Bot", &["projects:read"])).await;
    let id = made.token.id.to_string();
    for (search, found) in [
        ("sync", "Sync"),
        ("SYN", "Sync"),
        ("INVOICES", "Sync"),
        ("100%25+of_", "Sync"),
        ("ploy+bo", "Deploy Bot"),
        ("of-invoices", ""),
        ("1%25%25", ""),
        (&id, "Sync"),
        (&id.to_uppercase(), "Sync"),
        (&made.token.secret_hint.last, "Sync"),
        ("zzz", ""),
    ] {
        assert_eq!(script.names(&format!("?search={search}")).await.join(" "), found, "{search}");
    }
    assert_eq!(script.names(&format!("?search={}", &id[..8])).await.len(), 3, "all of one minute");
    assert_eq!(script.names("?search=").await.len(), 3);
}

#[tokio::test]
async fn filters_narrow_the_list_and_each_other() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.clock.forward(1);
    let theirs = form("Theirs", &["projects:read", "billing:write"]);
    app.service.create_token(&ines.caller, &theirs).await.unwrap();
    let disabled = app.made(&form("Paused", &["billing:write"])).await.token.id;
    app.service.set_disabled(&app.admin.caller, disabled, None, true).await.unwrap();
    let owner = ines.id();
    for (query, found) in [
        ("permission=billing:write", "Paused Theirs"),
        ("permission=billing:read&sort=name", "Token 0"),
        ("permission=ghosts:summon", ""),
        (&*format!("owner={owner}"), "Theirs"),
        (&*format!("owner={owner}&permission=projects:read&status=active&search=the"), "Theirs"),
        (&*format!("owner={owner}&status=disabled"), ""),
        ("status=disabled", "Paused"),
        ("status=active", "Theirs Token 0"),
        ("owner=01234567-89ab-7def-8123-456789abcdef", ""),
    ] {
        assert_eq!(script.names(&format!("?{query}")).await.join(" "), found, "{query}");
    }
    app.clock.forward(40 * DAY_MS);
    // The script has just used its own token, and uses are written down later than they happen, so it is left out here.
    let idle: BTreeSet<String> = script.names("?status=idle").await.into_iter().collect();
    assert!(idle.contains("Theirs") && !idle.contains("Paused"));
}

#[tokio::test]
async fn turning_the_page_misses_nothing_while_tokens_come_and_go() {
    let (app, script) = five().await;
    let first = script.get("/v1/tokens?sort=name&limit=2").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    app.made(&form("aaa", &["projects:read"])).await;
    app.made(&form("cab", &["projects:read"])).await;
    let gone = app.tokens().await;
    let gone = gone.iter().find(|token| token.name.as_str() == "Bravo").unwrap().id;
    app.service.delete_token(&app.admin.caller, gone).await.unwrap();
    let rest = script.names(&format!("?sort=name&cursor={cursor}")).await;
    assert_eq!(rest, ["cab", "charlie", "delta", "echo", "Token 0"]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_its_name() {
    let (_house, script) = five().await;
    let by_name = script.get("/v1/tokens?sort=name&limit=1").await.json();
    let by_name = by_name["next_cursor"].as_str().unwrap();
    let long = "x".repeat(101);
    for (query, fault) in [
        ("limit=0", "limit malformed"),
        ("limit=201", "limit malformed"),
        ("limit=1000000", "limit malformed"),
        ("limit=-1", "limit malformed"),
        ("limit=abc", "limit malformed"),
        ("limit=", "limit malformed"),
        ("limit=18446744073709551617", "limit malformed"),
        ("status=Active", "status malformed"),
        ("status=", "status malformed"),
        ("owner=ada", "owner malformed"),
        ("permission=projects", "permission malformed"),
        ("sort=id", "sort malformed"),
        ("sort=", "sort malformed"),
        ("search=%00", "search malformed"),
        ("search=%FF", "search malformed"),
        (&*format!("search={long}"), "search malformed"),
        ("cursor=", "cursor malformed"),
        ("cursor=o0000000000000000", "cursor malformed"),
        (&*format!("cursor={by_name}"), "cursor malformed"),
        (&*format!("sort=-name&cursor={by_name}"), "cursor malformed"),
        (&*format!("sort=name&cursor={by_name}0"), "cursor malformed"),
        ("limit=5&limit=5", "limit twice"),
        ("page=2", "page unknown"),
        ("Sort=name", "Sort unknown"),
        ("offset=5", "offset unknown"),
    ] {
        let answer = script.get(&format!("/v1/tokens?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![fault.to_owned()]), "{query}");
    }
    assert_eq!(script.names(&format!("?sort=name&limit=1&cursor={by_name}")).await, ["Bravo"]);
    assert_eq!(script.names("?limit=200").await.len(), 6);
}
