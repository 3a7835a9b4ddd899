//! Restoring deleted tokens in the console, with everything that they had but their secrets.

use crate::support::{Answer, TestApp, Visitor, form};
use app::{
    domain::{Created, Overlap, Role, TokenForm, TokenId},
    paths,
    service::VerifyRequest,
};
use axum::http::{StatusCode, header};

const DAY: i64 = 24 * 60 * 60 * 1_000;

async fn restore(visitor: &Visitor, id: TokenId, fields: &[(&str, &str)]) -> Answer {
    visitor.post_form(&paths::token_restore(id), fields).await
}

async fn delete(app: &TestApp, created: &Created) {
    app.service.delete_token(&app.admin.caller, created.token.id).await.unwrap();
}

/// The admin, signed in again because the time since has ended the session.
async fn back_again(app: &TestApp) -> Visitor {
    app.visitor_as(&app.another_session(&app.admin).await)
}

#[tokio::test]
async fn a_token_comes_back_with_a_new_secret_and_its_old_ones_stay_dead() {
    let app = TestApp::new().await;
    let (asker, visitor) = (app.asker().await, app.visitor());
    let created = app.create("Nightly backup").await;
    let (id, first) = (created.token.id, created.secret.as_str());
    let second =
        app.service.rotate_token(&app.admin.caller, id, None, Overlap::of_seconds(3_600)).await.unwrap();
    assert_eq!(asker.verdict(first).await, "valid");
    delete(&app, &created).await;
    let list = visitor.get(paths::TOKENS_DELETED).await.text;
    assert!(list.contains("Nightly backup") && list.contains(&paths::token_restore(id)), "{list}");
    assert!(list.contains("30 Nov 2026, 18:04 UTC"), "until when: {list}");

    let prompt = visitor.get(&paths::token_restore(id)).await;
    assert_eq!(prompt.status, StatusCode::OK);
    for said in [
        "“Nightly backup” comes back as it was: its permissions, limits and history, for Ada Moreau.",
        "It can read projects.",
        "Revoked secrets never work again",
    ] {
        assert!(prompt.text.contains(said), "{said}: {}", prompt.text);
    }
    assert!(!prompt.text.contains("name=\"name\""), "there is nothing to ask");

    let last = app.last_line().await;
    let answer = restore(&visitor, id, &[]).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert!(answer.text.contains("“Nightly backup” is restored with a new secret"), "{}", answer.text);
    let new = answer.secret().expect("the secret is on the page");
    assert_eq!(asker.verdict(&new).await, "valid");
    for dead in [first, second.secret.as_str()] {
        assert_eq!(asker.verdict(dead).await, "revoked");
    }
    assert_eq!(app.kinds_after(last).await, ["token.restored"]);
    assert!(!visitor.get(paths::TOKENS_DELETED).await.text.contains("Nightly backup"));
    for path in [paths::TOKENS.to_owned(), paths::token(id), paths::token_restore(id)] {
        assert!(!visitor.get(&path).await.text.contains(&new), "{path}");
    }
    let page = visitor.get(&paths::token(id)).await.text;
    assert!(page.contains("Restored token"), "its history goes on: {page}");
}

#[tokio::test]
async fn its_uses_and_limits_are_those_that_it_had() {
    let app = TestApp::new().await;
    let limits = TokenForm {
        expires_at: Some("2027-02-21".into()),
        allowed_addresses: Some("10.0.0.0/8".into()),
        ..form("Sync", &["projects:read"])
    };
    let created = app.made(&limits).await;
    let request = VerifyRequest {
        secret: created.secret.as_str(),
        permissions: &[],
        address: "10.0.0.7".parse().ok(),
        client: "nightly/2",
    };
    app.service.verify(&request).await.unwrap();
    app.service.flush_uses().await.unwrap();
    let id = created.token.id;
    let before = app.service.token(&app.admin.caller, id).await.unwrap();
    delete(&app, &created).await;
    assert_eq!(restore(&app.visitor(), id, &[]).await.status, StatusCode::CREATED);
    let after = app.service.token(&app.admin.caller, id).await.unwrap();
    assert_eq!(
        (after.last_used, after.expires_at, after.allowed_addresses, after.created_at),
        (before.last_used, before.expires_at, before.allowed_addresses, before.created_at)
    );
    assert!(app.visitor().get(&paths::token(id)).await.text.contains("nightly/2"));
}

#[tokio::test]
async fn a_name_that_is_taken_meanwhile_is_said_and_another_one_is_asked_for() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let created = app.create("Sync").await;
    delete(&app, &created).await;
    app.create("sync").await;
    let id = created.token.id;
    let prompt = visitor.get(&paths::token_restore(id)).await.text;
    assert!(prompt.contains("Ada Moreau now has another token called “Sync”"), "{prompt}");
    assert!(prompt.contains("value=\"Sync (restored)\""), "{prompt}");
    let before = app.fingerprint().await;
    for (name, sentence) in [
        (None, "Another token has this name, or one that looks the same."),
        (Some("SYNC"), "Another token has this name, or one that looks the same."),
        (Some(" "), "name"),
        (Some("a\u{202e}b"), "This contains a character that cannot be seen (U+202E)."),
    ] {
        let fields: Vec<_> = name.map(|name| ("name", name)).into_iter().collect();
        let answer = restore(&visitor, id, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
        assert!(
            answer.text.contains(sentence) && answer.text.contains("name=\"name\""),
            "{name:?}: {}",
            answer.text
        );
        assert!(answer.secret().is_none());
    }
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(restore(&visitor, id, &[("name", "Sync (restored)")]).await.status, StatusCode::CREATED);
    let log = visitor.get("/settings/audit?kind=token.restored").await.text;
    assert!(log.contains("Was named Sync"), "{log}");
}

#[tokio::test]
async fn the_name_that_is_offered_instead_is_never_too_long() {
    let app = TestApp::new().await;
    let name = "n".repeat(80);
    let created = app.create(&name).await;
    delete(&app, &created).await;
    app.create(&name).await;
    let offered = format!("{} (restored)", "n".repeat(69));
    let prompt = app.visitor().get(&paths::token_restore(created.token.id)).await.text;
    assert!(prompt.contains(&format!("value=\"{offered}\"")), "{prompt}");
    let answer = restore(&app.visitor(), created.token.id, &[("name", &offered)]).await;
    assert_eq!(answer.status, StatusCode::CREATED);
}

#[tokio::test]
async fn after_its_time_a_token_can_no_longer_be_brought_back() {
    let app = TestApp::new().await;
    let created = app.create("Sync").await;
    delete(&app, &created).await;
    let id = created.token.id;
    app.clock.forward(7 * DAY - 1);
    let visitor = back_again(&app).await;
    assert!(visitor.get(paths::TOKENS_DELETED).await.text.contains(">Sync<"));
    assert_eq!(visitor.get(&paths::token_restore(id)).await.status, StatusCode::OK);
    app.clock.forward(1);
    let list = visitor.get(paths::TOKENS_DELETED).await.text;
    assert!(list.contains("No deleted tokens") && !list.contains(">Sync<"), "{list}");
    let before = app.fingerprint().await;
    for answer in [visitor.get(&paths::token_restore(id)).await, restore(&visitor, id, &[]).await] {
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text.contains("“Sync” can no longer be restored."), "{}", answer.text);
        assert!(answer.text.contains("You can restore a deleted token for 7 days."));
        assert!(!answer.dialog().contains(">Restore</button>"));
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn where_nothing_is_kept_for_undo_nothing_comes_back() {
    let app = TestApp::new().await;
    app.run("update workspace set undo_days = 0").await;
    let created = app.create("Sync").await;
    delete(&app, &created).await;
    let visitor = app.visitor();
    let list = visitor.get(paths::TOKENS_DELETED).await.text;
    assert!(list.contains("Deleted tokens cannot be restored."), "{list}");
    let answer = restore(&visitor, created.token.id, &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("Deleted tokens cannot be restored."), "{}", answer.text);
}

#[tokio::test]
async fn what_would_keep_it_from_working_is_said_before_and_it_comes_back_all_the_same() {
    let app = TestApp::new().await;
    let ending = TokenForm { expires_at: Some("2026-11-24".into()), ..form("Ending", &["projects:read"]) };
    let (ended, endless) = (app.made(&ending).await, app.create("Endless").await);
    for created in [&ended, &endless] {
        delete(&app, created).await;
    }
    app.run("update workspace set lifetime_days_max = 90").await;
    app.clock.forward(3 * DAY);
    let visitor = back_again(&app).await;
    let prompt = visitor.get(&paths::token_restore(ended.token.id)).await.text;
    assert!(prompt.contains("This token has expired (the end of 24 Nov 2026, UTC)"), "{prompt}");
    let answer = restore(&visitor, ended.token.id, &[]).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert!(answer.text.contains("until you edit the token and give it a later"), "{}", answer.text);
    assert!(visitor.get(paths::TOKENS).await.text.contains("<tr data-status=\"Expired\""));

    let prompt = visitor.get(&paths::token_restore(endless.token.id)).await.text;
    assert!(prompt.contains("Tokens may live at most 90 days here"), "{prompt}");
    assert!(prompt.contains("This token was made before, and may stay as it is."), "{prompt}");
    assert_eq!(restore(&visitor, endless.token.id, &[]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_token_comes_back_to_whoever_had_it_even_while_they_are_disabled() {
    let app = TestApp::new().await;
    let (asker, ines) = (app.asker().await, app.user("Ines Okafor", Role::Member).await);
    let created = app.service.create_token(&ines.caller, &form("Hers", &["projects:read"])).await.unwrap();
    app.service.delete_token(&ines.caller, created.token.id).await.unwrap();
    app.service.disable_person(&app.admin.caller, ines.id()).await.unwrap();
    let id = created.token.id;
    let prompt = app.visitor().get(&paths::token_restore(id)).await.text;
    assert!(prompt.contains("Ines Okafor is disabled, and so are all of their tokens"), "{prompt}");
    let new = restore(&app.visitor(), id, &[]).await.secret().unwrap();
    assert_eq!(asker.verdict(&new).await, "owner_disabled");
    app.service.enable_person(&app.admin.caller, ines.id()).await.unwrap();
    assert_eq!(asker.verdict(&new).await, "disabled", "enabling somebody enables none of their tokens");
    app.service.set_disabled(&app.admin.caller, id, None, false).await.unwrap();
    assert_eq!(asker.verdict(&new).await, "valid");
    assert_eq!(asker.verdict(created.secret.as_str()).await, "revoked");
    let token = app.service.token(&app.admin.caller, id).await.unwrap();
    assert_eq!(token.owner.id, ines.id());
}

#[tokio::test]
async fn members_bring_back_their_own_and_viewers_only_look() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let vera = app.user("Vera Lindqvist", Role::Viewer).await;
    let created = app.service.create_token(&ines.caller, &form("Hers", &["projects:read"])).await.unwrap();
    app.service.delete_token(&ines.caller, created.token.id).await.unwrap();
    let id = created.token.id;
    let list = app.visitor_as(&otto).get(paths::TOKENS_DELETED).await.text;
    assert!(!list.contains("Hers") && list.contains("No deleted tokens"), "{list}");
    let foreign = restore(&app.visitor_as(&otto), id, &[]).await;
    let none = restore(&app.visitor_as(&otto), TokenId::from_uuid(uuid::Uuid::now_v7()), &[]).await;
    assert_eq!((foreign.status, none.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert!(!foreign.text.contains("Hers"));

    let list = app.visitor_as(&vera).get(paths::TOKENS_DELETED).await.text;
    assert!(list.contains("Hers") && list.contains("Viewers have read-only access"), "{list}");
    assert!(!list.contains(&paths::token_restore(id)), "{list}");
    assert_eq!(restore(&app.visitor_as(&vera), id, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(restore(&app.visitor_as(&ines), id, &[]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn what_is_live_is_said_to_be_and_is_not_touched() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let id = app.create("Sync").await.token.id;
    let before = app.fingerprint().await;
    let asked = visitor.get(&paths::token_restore(id)).await;
    assert_eq!(asked.status, StatusCode::OK);
    let sent = restore(&visitor, id, &[("name", "Else")]).await;
    assert_eq!(sent.status, StatusCode::CONFLICT);
    for answer in [asked, sent] {
        assert!(answer.text.contains("“Sync” is not deleted"), "{}", answer.text);
    }
    assert_eq!(visitor.get("/settings/tokens/nothing/restore").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        visitor.get("/settings/tokens/deleted?cursor=x").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn what_comes_back_with_another_name_is_found_by_that() {
    let (app, query) = (TestApp::new().await, |text: &str| format!("{}?q={text}", paths::TOKENS));
    let created = app.create("Nightly backup").await;
    delete(&app, &created).await;
    assert!(!app.visitor().get(&query("nightly")).await.text.contains("Actions for Nightly"));
    let answer = restore(&app.visitor(), created.token.id, &[("name", "Weekly archive")]).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert!(app.visitor().get(&query("weekly")).await.text.contains("Actions for Weekly archive"));
    assert!(app.visitor().get(&query("nightly")).await.text.contains("No matching tokens"));
}
