//! Groups and service accounts: what their prompts say, and what cannot be chosen for them.

use crate::support::{TestApp, TestUser, accounts::grants, form};
use app::{
    domain::{AccountForm, AccountKind, Created, EVERYONE, Error, Field, Grants, PersonId, Role},
    paths,
};
use serde_json::json;

async fn token(app: &TestApp, user: &TestUser) -> Created {
    app.service.create_token(&user.caller, &form("Sync", &["projects:read"])).await.unwrap()
}

fn with_stewards(name: &str, stewards: PersonId) -> AccountForm {
    AccountForm { name: name.into(), stewards: stewards.to_string(), ..AccountForm::default() }
}

#[tokio::test]
async fn whoever_deletes_a_group_sees_which_tokens_lose_by_it_and_the_log_says_what_went() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.tighten().await;
    let team = app.group("Platform").await;
    app.grant(team, "projects:read").await;
    app.join(team, ines.id(), false).await;
    token(&app, &ines).await;
    let prompt = async |word| app.visitor().get(&paths::account_prompt(team, word)).await.text;
    let deletion = prompt("delete").await;
    assert!(deletion.contains("1 token loses permissions"), "{deletion}");
    assert!(deletion.contains(">Sync</a>") && deletion.contains("<code>projects:read</code>"), "{deletion}");
    let disabling = prompt("disable").await;
    assert!(disabling.contains("Its members keep what they may give by it"), "{disabling}");
    app.service.delete_account(&app.admin.caller, team).await.unwrap();
    let details: serde_json::Value = serde_json::from_str(&app.last_details().await).unwrap();
    assert_eq!(details, json!({ "grants": "projects:read", "members": "Ines Okafor" }));
}

#[tokio::test]
async fn everyone_is_given_no_token() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let (made, admin, everyone) = (token(&app, &ines).await, &app.admin.caller, EVERYONE.to_string());
    let unknown =
        |refused: Option<Error>| refused.is_some_and(|error| error.detail_for(Field::Owner).is_some());
    assert!(unknown(app.service.hand_over_token(admin, made.token.id, &everyone).await.err()));
    assert!(unknown(app.service.hand_over_all(admin, ines.id(), &everyone).await.err()));
    assert_eq!(app.service.token(admin, made.token.id).await.unwrap().owner.id, ines.id());
}

#[tokio::test]
async fn only_a_service_account_is_managed_by_the_stewards_of_a_group() {
    let app = TestApp::new().await;
    let (admin, team, ops) = (&app.admin.caller, app.group("Platform").await, app.group("Ops").await);
    let refused =
        |done: Result<_, Error>| done.err().and_then(|e| e.detail_for(Field::Stewards).map(str::to_owned));
    for stewards in [team, ops] {
        let changed = app.service.edit_account(admin, team, &with_stewards("Platform", stewards)).await;
        assert!(refused(changed).is_some_and(|detail| detail.starts_with("Only a service account")));
    }
    let made = app.service.create_account(admin, AccountKind::Group, &with_stewards("Build", ops)).await;
    assert!(refused(made).is_some());
    let of_all = with_stewards("Runner", EVERYONE);
    assert!(refused(app.service.create_account(admin, AccountKind::Service, &of_all).await).is_some());
    let body = json!({ "name": "Platform", "stewards": team });
    let answer = app.manager().await.put(&format!("/v1/accounts/{team}"), &body).await;
    assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec!["/stewards not_a_service".to_owned()]));
    let runner = with_stewards("Runner", ops);
    app.service.create_account(admin, AccountKind::Service, &runner).await.unwrap();
    assert!(app.last_details().await.contains(r#""stewards":"Ops""#), "{}", app.last_details().await);
}

#[tokio::test]
async fn a_token_of_a_deleted_account_is_not_said_to_work_once_that_is_enabled() {
    let app = TestApp::new().await;
    let (admin, runner) = (&app.admin.caller, app.service_account("Runner", None).await);
    let new = app::domain::TokenForm { owner: Some(runner.to_string()), ..form("Sync", &["projects:read"]) };
    let made = app.service.create_token(admin, &new).await.unwrap();
    app.service.delete_token(admin, made.token.id).await.unwrap();
    app.service.delete_account(admin, runner).await.unwrap();
    let prompt = app.visitor().get(&paths::token_restore(made.token.id)).await.text;
    assert!(prompt.contains("Runner was deleted") && !prompt.contains("enable Runner"), "{prompt}");
}

#[tokio::test]
async fn grants_beyond_the_limit_can_be_taken_in_the_console() {
    let app = TestApp::new().await;
    let team = app.group("Platform").await;
    let many: Grants = (0..501).map(|n| format!("projects:a{n}").parse().unwrap()).collect();
    app.store.change_grants(team, &Grants::default(), &many, &[]).await.unwrap();
    let (id, seen) = (team.to_string(), many.to_line());
    let fields = [("id", id.as_str()), ("seen", &seen), ("grants", "projects:read"), ("confirmed", "true")];
    let answer = app.visitor().change("change_grants", &fields).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    assert_eq!(app.store.grants(team).await.unwrap(), grants("projects:read"));
}

#[tokio::test]
async fn everybody_can_be_put_into_a_group_and_a_member_can_be_changed_whatever_became_of_them() {
    let app = TestApp::new().await;
    let (team, admin) = (app.group("Platform").await, &app.admin.caller);
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Viewer).await);
    app.service_account("Runner", None).await;
    app.join(team, ines.id(), true).await;
    app.service.disable_person(admin, ines.id()).await.unwrap();
    let adding = app.visitor().get(&paths::account_prompt(team, "member")).await.text;
    for name in ["Ada Moreau", "Otto Brandt", "Runner"] {
        assert!(adding.contains(&format!(">{name}</option>")), "{name}: {adding}");
    }
    assert!(!adding.contains("Ines Okafor</option>") && !adding.contains("Platform</option>"), "{adding}");
    app.join(team, otto.id(), false).await;
    for user in [&ines, &otto] {
        let changing = app.visitor().get(&paths::account_member(team, "member", user.id())).await.text;
        let fixed = format!(r#"type="hidden" name="member" value="{}""#, user.id());
        assert!(changing.contains(&fixed) && !changing.contains("Choose somebody"), "{changing}");
    }
}
