//! The bounds on what one person or one token can add up to: tokens, changes, and lines of the audit log.

use crate::support::{Script, TestApp, Visitor, form};
use app::{
    domain::{BULK_MAX, Caller, Error, ImportRow, Role, TokenId},
    paths,
    service::Service,
};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use serde_json::json;

const FULL: &str = "Ada Moreau would have more than 2 tokens, which are the most for one person here.";

/// An installation in which a person has two tokens at most, and its admin has both.
async fn full() -> TestApp {
    let mut app = TestApp::new().await;
    app.service = app.service.clone().with_tokens_per_person(2);
    app.create("First").await;
    app.create("Second").await;
    app
}

fn row(name: &str) -> ImportRow {
    let (sha256, last_chars) = ("ab".repeat(32), String::new());
    ImportRow { line: 2, form: form(name, &["projects:read"]), sha256, last_chars }
}

#[tokio::test]
async fn nobody_has_more_tokens_than_one_person_can_by_any_way() {
    let app = full().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let hers = app.service.create_token(&ines.caller, &form("Hers", &["projects:read"])).await.unwrap().token;
    let gone = app.tokens().await.into_iter().find(|token| token.name.as_str() == "First").unwrap();
    let (before, visitor, ada) = (app.fingerprint().await, app.visitor(), app.admin.id().to_string());
    let third = [("name", "Third"), ("permissions", "projects:read"), ("description", "Typed")];
    let plain = visitor.post_form(paths::TOKEN_NEW, &third).await;
    assert_eq!(plain.status, StatusCode::CONFLICT);
    assert!(plain.text.contains(FULL) && plain.text.contains("value=\"Typed\""), "{}", plain.text);
    let called = visitor.change("create_token", &third).await;
    assert_eq!(called.status, StatusCode::CONFLICT);
    assert!(called.json()["forbidden"]["why"].as_str().unwrap().starts_with(FULL), "{}", called.text);
    let given = visitor.post_form(&paths::token_hand_over(hers.id), &[("owner", &ada)]).await;
    assert_eq!(given.status, StatusCode::CONFLICT);
    assert!(given.text.contains(FULL) && given.text.contains("name=\"owner\""), "{}", given.text);
    let path = format!("/settings/people/{}/hand-over", ines.id());
    assert!(visitor.post_form(&path, &[("owner", &ada)]).await.text.contains(FULL));
    let seen = format!("{}.1", hers.id);
    let bulk = [("action", "hand-over"), ("tokens", &seen), ("owner", &ada)];
    assert!(visitor.post_form(paths::TOKENS_BULK, &bulk).await.text.contains(FULL));
    for is_rehearsal in [true, false] {
        let operator = Caller { id: app.admin.id(), ..Caller::operator() };
        let imported = app.service.import_tokens(&operator, &[row("Third")], is_rehearsal).await;
        assert!(matches!(imported, Err(Error::Full { .. })), "{imported:?}");
    }
    assert_eq!(app.fingerprint().await, before);

    // A deleted token makes room, and cannot come back once that is taken.
    app.service.delete_token(&app.admin.caller, gone.id).await.unwrap();
    assert_eq!(visitor.post_form(paths::TOKEN_NEW, &third).await.status, StatusCode::CREATED);
    let back = visitor.post_form(&paths::token_restore(gone.id), &[]).await;
    assert_eq!(back.status, StatusCode::CONFLICT);
    assert!(back.text.contains(FULL) && back.text.contains(">Restore</button>"), "{}", back.text);
}

#[tokio::test]
async fn scripts_are_told_by_a_code_of_its_own() {
    let mut app = TestApp::new().await;
    app.service = app.service.clone().with_tokens_per_person(1);
    let script = app.script(&["tokenry.tokens:write", "projects:read"]).await;
    let body = json!({ "name": "One more", "permissions": ["projects:read"] });
    let answer = script.post("/v1/tokens", &body).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(answer.json()["code"], "too_many_tokens");
    assert!(answer.json()["detail"].as_str().unwrap().contains("--tokens-per-person"));
}

#[tokio::test]
async fn of_many_who_take_the_last_place_at_once_one_gets_it() {
    let mut app = TestApp::new().await;
    app.service = app.service.clone().with_tokens_per_person(3);
    app.create("First").await;
    app.create("Second").await;
    let make = async |service: Service, caller: Caller, n: usize| {
        service.create_token(&caller, &form(&format!("Last {n}"), &["projects:read"])).await.is_ok()
    };
    let tries: Vec<_> =
        (0..8).map(|n| tokio::spawn(make(app.service.clone(), app.admin.caller.clone(), n))).collect();
    let mut made = 0;
    for one in tries {
        made += usize::from(one.await.unwrap());
    }
    assert_eq!((made, app.number("select count(*) from token").await), (1, 3));
}

#[tokio::test]
async fn a_loop_of_changes_is_slowed_down_and_reading_is_not() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let theme = async || visitor.post_form(paths::PROFILE_THEME, &[("theme", "dark")]).await;
    let mut heard = 0;
    let slowed = loop {
        let answer = theme().await;
        if answer.status != StatusCode::SEE_OTHER {
            break answer;
        }
        heard += 1;
        assert!(heard < 1_000, "it is never slowed down");
    };
    assert!(heard >= 120, "{heard}");
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!slowed.header(header::RETRY_AFTER).is_empty());
    let none = TokenId::from_uuid(uuid::Uuid::nil()).to_string();
    let delete = async || visitor.change("delete_token", &[("id", &none)]).await;
    let calls = [delete().await, delete().await];
    let slowed = calls.iter().find(|call| call.status == StatusCode::TOO_MANY_REQUESTS);
    assert!(slowed.unwrap().json()["too_many"]["seconds"].is_u64(), "server functions are slowed down, too");
    assert_eq!(visitor.get(paths::TOKENS).await.status, StatusCode::OK);
    assert_eq!(visitor.call("load_tokens", json!({ "url": paths::TOKENS })).await.status, StatusCode::OK);
    let ines = app.user("Ines Okafor", Role::Member).await;
    let theirs = app.visitor_as(&ines).post_form(paths::PROFILE_THEME, &[("theme", "dark")]).await;
    assert_eq!(theirs.status, StatusCode::SEE_OTHER, "everybody has a budget of their own");
}

#[tokio::test]
async fn every_token_that_manages_has_a_budget_of_its_own() {
    let app = TestApp::new().await;
    let permissions = ["tokenry.tokens:read", "tokenry.tokens:write"];
    let (script, other) = (app.script(&permissions).await, app.script(&permissions).await);
    let none = "/v1/tokens/01234567-89ab-7def-8123-456789abcdef";
    let delete = async |script: &Script| script.send("DELETE", none, &[], "").await;
    let mut heard = 0;
    let slowed = loop {
        let answer = delete(&script).await;
        if answer.status != StatusCode::NOT_FOUND {
            break answer;
        }
        heard += 1;
        assert!(heard < 1_000, "it is never slowed down");
    };
    assert!(heard >= 300, "{heard}");
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(slowed.json()["code"], "rate_limited");
    assert!(!slowed.header(header::RETRY_AFTER).is_empty());
    assert_eq!(script.get("/v1/tokens").await.status, StatusCode::OK);
    assert_eq!(delete(&other).await.status, StatusCode::NOT_FOUND);
}

fn foreign() -> (String, String) {
    let ids: Vec<String> =
        (0..BULK_MAX as u128).map(|n| TokenId::from_uuid(uuid::Uuid::from_u128(n)).to_string()).collect();
    let query = ids.iter().map(|id| format!("&id={id}")).collect::<String>();
    let seen = ids.iter().map(|id| format!("{id}.1")).collect::<Vec<_>>().join(" ");
    (format!("{}?action=delete{query}", paths::TOKENS_BULK), seen)
}

#[tokio::test]
async fn a_hundred_tokens_that_are_not_theirs_leave_one_line_with_their_number() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let (visitor, last, (path, seen)) = (app.visitor_as(&ines), app.last_line().await, foreign());
    assert_eq!(visitor.get(&path).await.status, StatusCode::NOT_FOUND);
    let fields = [("action", "delete"), ("tokens", seen.as_str())];
    assert_eq!(visitor.post_form(paths::TOKENS_BULK, &fields).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.kinds_after(last).await, ["refused", "refused"]);
    let noted =
        "select count(*) from event where kind = 'refused' and json_extract(details, '$.count') = 100";
    assert_eq!(app.number(noted).await, 2);
}

#[tokio::test]
async fn a_page_of_another_site_writes_no_line_in_somebodys_name() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let id = app.create("Not hers").await.token.id;
    let visitor = app.visitor_as(&ines);
    let led = async |path: &str, from: &str| {
        let request = Visitor::request("GET", path).header("sec-fetch-site", from);
        visitor.send(request.body(Body::empty()).unwrap()).await.status
    };
    let last = app.last_line().await;
    for from in ["cross-site", "same-site"] {
        for path in [foreign().0, paths::token_delete(id), paths::token(id)] {
            assert_eq!(led(&path, from).await, StatusCode::NOT_FOUND, "{from}: {path}");
        }
        assert_eq!(led(paths::PEOPLE, from).await, StatusCode::FORBIDDEN, "{from}");
    }
    assert!(app.kinds_after(last).await.is_empty());
    for from in ["same-origin", "none"] {
        led(&paths::token_delete(id), from).await;
    }
    assert_eq!(app.kinds_after(last).await, ["refused", "refused"]);
}
