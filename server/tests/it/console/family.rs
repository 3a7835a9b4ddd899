//! Parents and children of tokens in the console, and ending both.

use crate::{
    console::token_page::text_of,
    support::{Script, TestApp, TestUser, form},
};
use app::{
    domain::{Created, Overlap, Role, TokenId},
    paths,
};
use axum::http::StatusCode;

/// A token of the admin's, and tokens with these names that it made.
async fn with_children(app: &TestApp, names: &[&str]) -> (Created, Vec<TokenId>) {
    let made = app.made(&form("Provisioning", &["tokenry.tokens:write", "projects:read"])).await;
    let script = Script { visitor: app.stranger(), secret: made.secret.as_str().to_owned() };
    let mut ids = Vec::new();
    for name in names {
        app.clock.forward(1);
        ids.push(script.make(name).await["token"]["id"].as_str().unwrap().parse().unwrap());
    }
    (made, ids)
}

async fn hand_over(app: &TestApp, id: TokenId, to: &TestUser) {
    app.service.hand_over_token(&app.admin.caller, id, &to.id().to_string()).await.unwrap();
}

#[tokio::test]
async fn the_pages_of_both_lead_to_one_another() {
    let app = TestApp::new().await;
    let (made, ids) = with_children(&app, &["Ledger", "Export"]).await;
    let visitor = app.visitor();
    let page = visitor.get(&paths::token(made.token.id)).await.text;
    assert!(text_of(&page).contains("Created 2 tokens"), "{}", text_of(&page));
    for id in &ids {
        assert!(page.contains(&format!("href=\"{}\"", paths::token(*id))), "{page}");
    }
    let child = visitor.get(&paths::token(ids[0])).await.text;
    assert!(text_of(&child).contains("Created by token Provisioning"), "{}", text_of(&child));
    assert!(child.contains(&format!("href=\"{}\"", paths::token(made.token.id))), "{child}");
    // Somebody who may not see the parent reads nothing about it.
    let ines = app.user("Ines Okafor", Role::Member).await;
    hand_over(&app, ids[0], &ines).await;
    let hers = app.visitor_as(&ines).get(&paths::token(ids[0])).await.text;
    assert!(!hers.contains("Provisioning") && !text_of(&hers).contains("Created by token"), "{hers}");
    // A deleted parent is named, without a link.
    app.service.delete_token(&app.admin.caller, made.token.id).await.unwrap();
    let orphan = visitor.get(&paths::token(ids[1])).await.text;
    assert!(text_of(&orphan).contains("Created by token Provisioning (deleted)"), "{}", text_of(&orphan));
    assert!(!orphan.contains(&format!("href=\"{}\"", paths::token(made.token.id))), "{orphan}");
}

#[tokio::test]
async fn deleting_a_token_offers_to_delete_what_it_made_and_does_not_do_so_unasked() {
    let app = TestApp::new().await;
    let (made, ids) = with_children(&app, &["Ledger", "Export"]).await;
    let (visitor, path) = (app.visitor(), paths::token_delete(made.token.id));
    let prompt = visitor.get(&path).await.text;
    assert!(prompt.contains("Also delete the 2 tokens it created: “Ledger” and “Export”."), "{prompt}");
    let choice = &prompt[prompt.find("name=\"with_children\"").unwrap() - 80..];
    assert!(!choice[..choice.find('>').unwrap()].contains("checked"), "{choice}");
    assert_eq!(visitor.post_form(&path, &[]).await.status, StatusCode::SEE_OTHER);
    let live = "select count(*) from token where deleted_at is null";
    assert_eq!(app.number(live).await, 2, "children stay");
    assert!(!visitor.get(&paths::token_delete(ids[0])).await.text.contains("with_children"));
}

#[tokio::test]
async fn what_it_made_is_deleted_with_it_each_with_a_line_of_its_own() {
    let app = TestApp::new().await;
    let (made, _) = with_children(&app, &["Ledger", "Export"]).await;
    let last = app.last_line().await;
    let path = paths::token_delete(made.token.id);
    let answer = app.visitor().post_form(&path, &[("with_children", "true")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("Deleted 3 tokens."), "{}", answer.text);
    for name in ["Provisioning", "Ledger", "Export"] {
        assert!(answer.text.contains(name), "{name}: {}", answer.text);
    }
    assert_eq!(app.kinds_after(last).await, ["token.deleted"; 3]);
}

#[tokio::test]
async fn what_it_made_is_disabled_with_it() {
    let app = TestApp::new().await;
    let (made, ids) = with_children(&app, &["Ledger", "Export"]).await;
    app.service.set_disabled(&app.admin.caller, ids[1], None, true).await.unwrap();
    let (visitor, path) = (app.visitor(), paths::token_disable(made.token.id, true));
    let prompt = visitor.get(&path).await.text;
    assert!(prompt.contains("Also disable the 2 tokens it created: “Ledger” and “Export”."), "{prompt}");
    let last = app.last_line().await;
    let fields = [("version", "1"), ("with_children", "true")];
    let answer = visitor.post_form(&path, &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("Disabled 2 tokens. 1 was disabled already."), "{}", answer.text);
    assert_eq!(app.kinds_after(last).await, ["token.disabled"; 2]);
    let late = visitor.post_form(&paths::token_disable(ids[0], true), &fields).await;
    assert_eq!(late.status, StatusCode::OK, "it is so already");
}

#[tokio::test]
async fn a_prompt_that_is_outdated_ends_nothing() {
    let app = TestApp::new().await;
    let (made, _) = with_children(&app, &["Ledger"]).await;
    app.service.rotate_token(&app.admin.caller, made.token.id, None, Overlap::of_seconds(0)).await.unwrap();
    let before = app.fingerprint().await;
    let fields = [("version", "1"), ("with_children", "true")];
    let answer = app.visitor().post_form(&paths::token_disable(made.token.id, true), &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(app.fingerprint().await, before);
}
