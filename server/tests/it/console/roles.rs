//! Other people's things do not exist, and a role does nothing that it may not: through every way in.

use crate::support::{Answer, PASSWORD, TestApp, TestUser, Visitor, form};
use app::domain::{Created, Role, TokenId, TokenListForm};
use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

const RANDOM: &str = "01234567-89ab-7def-8123-456789abcdef";

async fn token_of(app: &TestApp, user: &TestUser, name: &str) -> Created {
    app.clock.forward(1);
    app.service.create_token(&user.caller, &form(name, &["projects:read"])).await.unwrap()
}

/// Every way to reach a token: by page, by form and by server function.
async fn try_everything(visitor: &Visitor, id: &str) -> Vec<(&'static str, Answer)> {
    let fields = [("name", "Theirs"), ("permissions", "projects:read"), ("version", "1")];
    let path = |verb: &str| format!("/settings/tokens/{id}/{verb}");
    let load = async |name: &str, place: &str| visitor.call(name, json!({ "url": place })).await;
    let change = async |name: &str, fields: &[(&str, &str)]| {
        visitor.change(name, &[&[("id", id)], fields].concat()).await
    };
    let copy = format!("/settings/tokens/new?from={id}");
    vec![
        ("read the edit prompt", visitor.get(&path("edit")).await),
        ("read the delete prompt", visitor.get(&path("delete")).await),
        ("read the hand-over prompt", visitor.get(&path("hand-over")).await),
        ("read the rotate prompt", visitor.get(&path("rotate")).await),
        ("read the disable prompt", visitor.get(&path("disable")).await),
        ("read the enable prompt", visitor.get(&path("enable")).await),
        ("rotate", visitor.post_form(&path("rotate"), &[("overlap_seconds", "0")]).await),
        ("end the old secret", visitor.post_form(&path("end-old-secret"), &[]).await),
        ("disable", visitor.post_form(&path("disable"), &[]).await),
        ("enable", visitor.post_form(&path("enable"), &[]).await),
        ("edit", visitor.post_form(&path("edit"), &fields).await),
        ("delete", visitor.post_form(&path("delete"), &[]).await),
        ("hand over", visitor.post_form(&path("hand-over"), &[("owner", RANDOM)]).await),
        ("restore", visitor.post_form(&path("restore"), &[]).await),
        ("read the prompt of a copy", visitor.get(&copy).await),
        ("load the edit prompt", load("load_token_prompt", &path("edit")).await),
        ("load the prompt of a copy", load("load_token_prompt", &copy).await),
        ("load the rotate prompt", load("load_rotate_prompt", &path("rotate")).await),
        ("load the disable prompt", load("load_disable_prompt", &path("disable")).await),
        ("load the hand-over prompt", load("load_hand_over_prompt", &path("hand-over")).await),
        ("load the restore prompt", load("load_restore_prompt", &path("restore")).await),
        ("edit_token", change("edit_token", &fields).await),
        ("delete_token", change("delete_token", &[]).await),
        ("rotate_token", change("rotate_token", &[("overlap_seconds", "0")]).await),
        ("end_old_secret", change("end_old_secret", &[]).await),
        ("disable_token", change("disable_token", &[]).await),
        ("enable_token", change("enable_token", &[]).await),
        ("restore_token", change("restore_token", &[]).await),
        ("hand over by a call", change("hand_over_token", &[("owner", RANDOM)]).await),
    ]
}

#[tokio::test]
async fn somebody_elses_token_and_none_at_all_are_answered_alike() {
    let app = TestApp::new().await;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    let hers = token_of(&app, &ines, "Payroll export").await.token;
    let (before, last) = (app.data().await, app.last_line().await);
    let visitor = app.visitor_as(&otto);
    let id = hers.id.to_string();
    let (theirs, none) = (try_everything(&visitor, &id).await, try_everything(&visitor, RANDOM).await);
    for ((what, foreign), (_, unknown)) in theirs.iter().zip(&none) {
        assert_eq!(foreign.without(&[&id]), unknown.without(&[RANDOM]), "{what}");
        assert!(foreign.status.is_client_error(), "{what}: {}", foreign.status);
        assert!(!foreign.text.contains("Payroll"), "{what}");
        if !what.starts_with("hand over") {
            assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{what}");
        }
    }
    assert_eq!(app.data().await, before, "it is untouched");
    // Each attempt is in the log, once.
    assert_eq!(app.kinds_after(last).await, vec!["refused"; 2 * theirs.len()]);
    type Ids = (Option<Uuid>, Option<Uuid>);
    let noted: Vec<Ids> = sqlx::query_as("select token_id, actor_id from event where id > $1 order by id")
        .bind(last)
        .fetch_all(&mut app.raw().await)
        .await
        .unwrap();
    let tries = noted.iter().filter(|(token, _)| *token == Some(hers.id.as_uuid())).count();
    assert_eq!(tries, theirs.len(), "and says which token it was about");
    assert!(noted.iter().all(|(_, who)| *who == Some(otto.id().as_uuid())));
}

#[tokio::test]
async fn lists_counts_and_cursors_hold_ones_own_tokens_only() {
    let app = TestApp::new().await;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    for i in 0..60 {
        token_of(&app, &ines, &format!("Hers {i:02}")).await;
        if i % 30 == 0 {
            token_of(&app, &otto, &format!("His {i:02}")).await;
        }
    }
    let visitor = app.visitor_as(&otto);
    let page = visitor.get("/settings/tokens").await;
    assert!(page.text.contains("His 30") && !page.text.contains("Hers"), "{}", page.text);
    let list = visitor.call("load_tokens", json!({ "url": "/settings/tokens" })).await;
    assert_eq!(list.json()["page"]["Ok"]["count"], 2, "{}", list.text);
    assert!(list.text.contains("His 30") && !list.text.contains("Hers"), "{}", list.text);

    // A cursor is a place in time, not a key: for somebody else it shows other rows.
    let hers = app.service.token_page(&ines.caller, &TokenListForm::default()).await.unwrap().list;
    let cursor = hers.next.unwrap();
    let place = format!("/settings/tokens?cursor={cursor}");
    for answer in [visitor.get(&place).await, visitor.call("load_tokens", json!({ "url": place })).await] {
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text.contains("His 00") && !answer.text.contains("Hers"), "{}", answer.text);
    }
}

#[tokio::test]
async fn two_members_can_use_one_name_and_learn_nothing_of_each_other() {
    let app = TestApp::new().await;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    for user in [&ines, &otto] {
        let fields = [("name", "Deploy"), ("permissions", "projects:read")];
        let answer = app.visitor_as(user).post_form("/settings/tokens/new", &fields).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn a_viewer_sees_everything_and_changes_nothing() {
    let app = TestApp::new().await;
    let viewer = app.user("Vera Lindqvist", Role::Viewer).await;
    let token = app.create("Payroll export").await.token;
    let before = app.data().await;
    let visitor = app.visitor_as(&viewer);
    for path in ["/settings/tokens", "/settings/people", "/settings/audit"] {
        assert_eq!(visitor.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert!(visitor.get("/settings/tokens").await.text.contains("Payroll export"));
    for (what, answer) in try_everything(&visitor, &token.id.to_string()).await {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
        assert!(answer.text.contains("Viewers have read-only access"), "{what}: {}", answer.text);
    }
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_with_the_next_request() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Admin).await;
    let visitor = app.visitor_as(&ines);
    assert_eq!(visitor.get("/settings/people/new").await.status, StatusCode::OK);
    app.service.change_role(&app.admin.caller, ines.id(), "member").await.unwrap();
    assert_eq!(visitor.get("/settings/people/new").await.status, StatusCode::FORBIDDEN);
    app.service.change_role(&app.admin.caller, ines.id(), "viewer").await.unwrap();
    assert_eq!(visitor.get("/settings/tokens/new").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn nobody_gives_themselves_a_role() {
    let app = TestApp::new().await;
    for role in [Role::Member, Role::Viewer] {
        let name = if role == Role::Member { "Ines Okafor" } else { "Vera Lindqvist" };
        let user = app.user(name, role).await;
        let before = app.data().await;
        let visitor = app.visitor_as(&user);
        let path = format!("/settings/people/{}/role", user.id());
        assert_eq!(visitor.post_form(&path, &[("role", "admin")]).await.status, StatusCode::FORBIDDEN);
        let sneaky = [("name", "Ines"), ("role", "admin")];
        assert_eq!(visitor.post_form("/profile/name", &sneaky).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(app.data().await, before);
    }
}

#[tokio::test]
async fn an_admin_edits_and_deletes_what_others_have() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let token: TokenId = token_of(&app, &ines, "Deploy").await.token.id;
    let fields = [("name", "Deploy bot"), ("permissions", "projects:read"), ("version", "1")];
    let path = |verb: &str| format!("/settings/tokens/{token}/{verb}");
    assert_eq!(app.visitor().post_form(&path("edit"), &fields).await.status, StatusCode::SEE_OTHER);
    let edited = app.service.token(&ines.caller, token).await.unwrap();
    assert_eq!((edited.name.as_str(), edited.owner.id), ("Deploy bot", ines.id()), "it stays hers");
    assert_eq!(app.visitor().post_form(&path("delete"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.visitor_as(&ines).get(&path("edit")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_is_no_password_and_a_password_is_everybodys_own() {
    // An admin helps others with a link. A browser cannot set somebody else's password.
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let before = app.data().await;
    for fields in [
        &[("current_password", PASSWORD), ("password", PASSWORD), ("again", PASSWORD), ("id", "x")][..],
        &[("password", "nineteen amber lanterns"), ("again", "nineteen amber lanterns")],
    ] {
        let answer = app.visitor_as(&ines).post_form("/profile/password", fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(app.data().await, before);
}
