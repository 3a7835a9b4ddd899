//! One more token like an existing one: the create prompt, filled in with that one's values.

use crate::support::{TestApp, TestUser, form};
use app::{
    domain::{Error, PermissionSet, PromptData, Role, Timestamp, TokenForm, TokenId},
    paths,
};
use axum::http::StatusCode;

async fn copy(app: &TestApp, user: &TestUser, id: TokenId) -> Result<PromptData, Error> {
    app.service.prompt(&user.caller, Some(&id.to_string()), true, None).await
}

fn set(permissions: &[&str]) -> PermissionSet {
    permissions.iter().map(|permission| permission.parse().unwrap()).collect()
}

#[tokio::test]
async fn a_copy_begins_with_everything_but_the_name_and_is_sent_like_any_new_token() {
    let app = TestApp::new().await;
    let wanted = TokenForm {
        description: "Every <night>".into(),
        expires_at: Some("2027-02-21".into()),
        allowed_addresses: Some("10.0.0.0/8".into()),
        rate_requests: Some("100".into()),
        rate_seconds: Some("60".into()),
        metadata: Some("env: <prod>".into()),
        ..form("Nightly export", &["projects:read", "billing:write"])
    };
    let token = app.made(&wanted).await.token;
    let path = paths::with_search(&paths::token_duplicate(token.id), "q=night&sort=name");
    let page = app.visitor().get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    let filled_in = ["Copy of Nightly export", "Every &lt;night&gt;", "2027-02-21", "100", "60"];
    for value in filled_in {
        assert!(page.text.contains(&format!("value=\"{value}\"")), "{value}");
    }
    assert!(page.text.contains(">10.0.0.0/8</textarea>"));
    assert!(page.text.contains(">env: &lt;prod>\n</textarea>"));
    for place in [path.as_str(), "/settings/tokens?q=night&sort=name"] {
        let kept = format!("=\"{}\"", place.replace('&', "&amp;"));
        assert!(page.text.contains(&kept), "the form and Cancel keep the list as it was: {kept}");
    }

    let data = copy(&app, &app.admin, token.id).await.unwrap();
    let typed = data.token.as_ref().map(TokenForm::copy_of).unwrap();
    let made = app.service.create_token(&app.admin.caller, &typed).await.unwrap().token;
    assert_eq!(made.name.as_str(), "Copy of Nightly export");
    let details = |t: &app::domain::Token| {
        (
            t.description.clone(),
            t.permissions.clone(),
            t.expires_at,
            t.allowed_addresses.clone(),
            t.rate_limit,
            t.metadata.clone(),
        )
    };
    assert_eq!(details(&made), details(&token));
    assert_ne!(made.secret_hint, token.secret_hint, "it has a secret of its own");
}

#[tokio::test]
async fn a_long_name_makes_room_for_where_it_comes_from() {
    let app = TestApp::new().await;
    let token = app.create(&format!("{} é tail", "n".repeat(71))).await.token;
    let typed = copy(&app, &app.admin, token.id).await.unwrap().token.as_ref().map(TokenForm::copy_of);
    let name = typed.map(|form| form.name).unwrap();
    assert_eq!(name, format!("Copy of {}", "n".repeat(71)), "no space at its end");
    app.create(&name).await;
}

#[tokio::test]
async fn an_end_that_has_passed_is_not_copied() {
    let app = TestApp::new().await;
    let day = TokenForm { expires_at: Some("2026-11-24".into()), ..form("Short", &["projects:read"]) };
    let token = app.made(&day).await.token;
    let end = async || copy(&app, &app.admin, token.id).await.unwrap().token.unwrap().expires_at;
    assert_eq!(end().await, Timestamp::parse("2026-11-25T00:00:00Z"));
    app.clock.forward(2 * 24 * 60 * 60 * 1_000);
    assert_eq!(end().await, None);
}

#[tokio::test]
async fn what_the_caller_cannot_give_is_not_copied() {
    let app = TestApp::new().await;
    // She made it as an admin. As a member she keeps the token, but one of its permissions sleeps.
    let ines = app.user("Ines Okafor", Role::Admin).await;
    let gateway = form("Gateway", &["projects:read", "tokenry.tokens:verify"]);
    let own = app.service.create_token(&ines.caller, &gateway).await.unwrap().token;
    app.service.change_role(&app.admin.caller, ines.id(), "member").await.unwrap();
    let ines = app.another_session(&ines).await;
    let hers = copy(&app, &ines, own.id).await.unwrap().token.unwrap();
    assert_eq!(hers.permissions, set(&["projects:read"]));
    let admins = copy(&app, &app.admin, own.id).await.unwrap().token.unwrap();
    assert_eq!(admins.permissions, set(&["projects:read", "tokenry.tokens:verify"]));
}

#[tokio::test]
async fn a_copy_can_be_made_of_what_exists_for_somebody_who_may_make_tokens() {
    let app = TestApp::new().await;
    let token = app.create("Payroll export").await.token;
    let (ines, vic) = (app.user("Ines Okafor", Role::Member).await, app.user("Vic Lund", Role::Viewer).await);
    assert_eq!(copy(&app, &ines, token.id).await.map(|_| ()), Err(Error::NotFound));
    assert_eq!(app.visitor_as(&vic).get(&paths::token_duplicate(token.id)).await.status, 403);
    let visitor = app.visitor();
    for nobody in ["01234567-89ab-7def-8123-456789abcdef", "7", "%00", "a%26b"] {
        let answer = visitor.get(&format!("{}?from={nobody}", paths::TOKEN_NEW)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{nobody}");
        assert!(answer.text.contains("Token not found. It may have been deleted."));
        let way_out = answer.dialog().split("<a ").nth(1).unwrap();
        assert!(way_out.contains("href=\"/settings/tokens\"") && way_out.contains(">Close</a>"), "{way_out}");
    }
    for empty in ["", "?from=", "?from"] {
        let answer = visitor.get(&format!("{}{empty}", paths::TOKEN_NEW)).await;
        assert_eq!(answer.status, StatusCode::OK, "{empty}");
        assert!(!answer.text.contains("Copy of"));
    }
}
