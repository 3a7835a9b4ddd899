//! One rule: a token can do what it holds and its owner may give now.

use crate::support::{
    TestApp,
    accounts::{grants, verdict_on},
    form,
};
use app::{
    domain::{EVERYONE, Error, Field, GRANTS_MAX, Role, SecretPrefix, Verdict},
    service::Service,
};
use serde_json::json;
use server::store::open;
use std::time::{Duration, Instant};

#[tokio::test]
async fn at_the_start_everybody_may_give_everything() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let made = app.service.create_token(&ines.caller, &form("Sync", &["billing:write"])).await.unwrap();
    assert_eq!(verdict_on(&app.service, made.secret.as_str(), "billing:write").await, Verdict::Valid);
}

#[tokio::test]
async fn what_is_taken_is_gone_in_the_very_next_request_however_hot_the_secret_was() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let team = app.group("Billing team").await;
    let made =
        app.service.create_token(&ines.caller, &form("Sync", &["billing:read", "projects:read"])).await;
    let made = made.unwrap();
    let secret = made.secret.as_str();
    for round in 0..20 {
        // By a grant of the person's own, of their group, or of everybody; or by their place in the group.
        let (valid, taken) = match round % 4 {
            0 => (app.grant(ines.id(), "billing:*").await, None),
            1 => (app.grant(team, "billing:read").await, Some(ines.id())),
            2 => (app.grant(EVERYONE, "*").await, None),
            _ => (app.grant(team, "*").await, Some(ines.id())),
        };
        let () = valid;
        if let Some(member) = taken {
            app.grant(EVERYONE, "projects:read").await;
            app.join(team, member, false).await;
        }
        for _ in 0..5 {
            assert_eq!(verdict_on(&app.service, secret, "billing:read").await, Verdict::Valid, "{round}");
        }
        match round % 4 {
            0 => {
                app.grant(EVERYONE, "projects:read").await;
                app.grant(ines.id(), "projects:*").await;
            }
            1 => app.grant(team, "projects:read").await,
            2 => app.grant(EVERYONE, "projects:read").await,
            _ => app.leave(team, ines.id()).await,
        }
        assert_eq!(
            verdict_on(&app.service, secret, "billing:read").await,
            Verdict::PermissionMissing,
            "{round}"
        );
        assert_eq!(verdict_on(&app.service, secret, "projects:read").await, Verdict::Valid, "{round}");
    }
}

#[tokio::test]
async fn what_another_process_takes_from_a_group_is_gone_within_a_second() {
    let app = TestApp::new().await;
    app.tighten().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let team = app.group("Billing team").await;
    app.join(team, ines.id(), false).await;
    app.grant(team, "billing:*").await;
    let made = app.service.create_token(&ines.caller, &form("Sync", &["billing:read"])).await.unwrap();
    let secret = made.secret.as_str();
    assert_eq!(verdict_on(&app.service, secret, "billing:read").await, Verdict::Valid);
    let other =
        Service::new(open(&app.database()).await.unwrap(), app.clock.clone(), SecretPrefix::default());
    other.change_grants(&app.admin.caller, team, None, &grants(""), true).await.unwrap();
    let told = Instant::now();
    while verdict_on(&app.service, secret, "billing:read").await == Verdict::Valid {
        assert!(told.elapsed() < Duration::from_secs(1), "an old answer");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_endpoint_says_the_same_of_what_the_owner_may_not_give() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let made =
        app.service.create_token(&ines.caller, &form("Sync", &["billing:read", "projects:read"])).await;
    let made = made.unwrap();
    app.grant(EVERYONE, "projects:*").await;
    let secret = made.secret.as_str();
    let answer =
        asker.post("/v1/verify", &json!({ "secret": secret, "permissions": ["billing:read"] })).await;
    assert_eq!(
        (&answer.json()["verdict"], &answer.json()["missing"]),
        (&json!("permission_missing"), &json!(["billing:read"]))
    );
    let whole = asker.post("/v1/verify", &json!({ "secret": secret })).await;
    assert_eq!(whole.json()["token"]["permissions"], json!(["projects:read"]));
    assert_eq!(asker.introspect(secret).await.json()["scope"], "projects:read");
    let asked = app.stranger().forward_auth("?permission=billing:read", Some(secret), &[]).await;
    assert_eq!(asked.status, 403);
    assert_eq!(app.stranger().forward_auth("?permission=projects:read", Some(secret), &[]).await.status, 200);
    let token = app.service.token(&ines.caller, made.token.id).await.unwrap();
    assert_eq!(token.out_of_reach.to_line(), "billing:read", "its page tells why");
}

#[tokio::test]
async fn nobody_gives_a_token_what_its_owner_may_not_give() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let kept = app.service.create_token(&ines.caller, &form("Kept", &["billing:read"])).await.unwrap().token;
    app.grant(EVERYONE, "projects:*").await;
    let refused = app.service.create_token(&ines.caller, &form("Sync", &["billing:read"])).await;
    let sentence = refused.unwrap_err();
    assert_eq!(
        sentence.detail_for(Field::Permissions),
        Some("You may not give billing:read. Ask for it, or leave it out.")
    );
    // Neither does an admin, to somebody else's token.
    let wider = form("Kept", &["billing:read", "billing:write"]);
    let refused = app.service.edit_token(&app.admin.caller, kept.id, 1, &wider).await;
    assert_eq!(
        refused.unwrap_err().detail_for(Field::Permissions),
        Some("Ines Okafor may not give billing:write. Ask for it, or leave it out.")
    );
    // What it holds does not keep anybody from renaming it, or narrowing it.
    let renamed = app.service.edit_token(&ines.caller, kept.id, 1, &form("Renamed", &["billing:read"])).await;
    assert_eq!(renamed.unwrap().version, 2);
    // A deleted token comes back without it.
    let both = form("Both", &["projects:read"]);
    let both = app.service.create_token(&ines.caller, &both).await.unwrap().token;
    app.grant(EVERYONE, "billing:*").await;
    app.service.delete_token(&ines.caller, both.id).await.unwrap();
    let back = app.service.restore_token(&ines.caller, both.id, None, None).await.unwrap();
    let app::service::Restored::Done(back) = back else { panic!("it was deleted just now") };
    assert!(back.token.permissions.is_empty());
}

#[tokio::test]
async fn an_admin_may_give_everything_whatever_is_granted() {
    let app = TestApp::new().await;
    app.tighten().await;
    let secret = app.secret_with(&["billing:write"]).await;
    assert_eq!(verdict_on(&app.service, &secret, "billing:write").await, Verdict::Valid);
    let admin = app.user("Otto Brandt", Role::Admin).await;
    let made = app.service.create_token(&admin.caller, &form("Theirs", &["billing:write"])).await.unwrap();
    app.service.change_role(&app.admin.caller, admin.id(), "member").await.unwrap();
    let now = verdict_on(&app.service, made.secret.as_str(), "billing:write").await;
    assert_eq!(now, Verdict::PermissionMissing, "a former admin’s token has lost it");
}

#[tokio::test]
async fn before_anything_is_taken_its_holders_are_named() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.service.create_token(&ines.caller, &form("Sync", &["billing:read", "projects:read"])).await.unwrap();
    app.secret_with(&["billing:read"]).await;
    let change = |confirmed| {
        let (service, caller) = (app.service.clone(), app.admin.caller.clone());
        async move { service.change_grants(&caller, EVERYONE, None, &grants("projects:*"), confirmed).await }
    };
    let Err(Error::TakesAway { losses }) = change(false).await else { panic!("something is taken") };
    let losses = losses.unfold().unwrap();
    let lost: Vec<String> = losses
        .first
        .iter()
        .map(|loss| {
            format!(
                "{} {}: {}",
                loss.token.name.as_str(),
                loss.token.owner.name.as_str(),
                loss.permissions.to_line()
            )
        })
        .collect();
    assert_eq!((lost.join("; ").as_str(), losses.count), ("Sync Ines Okafor: billing:read", Some(1)));
    assert_eq!(app.store.grants(EVERYONE).await.unwrap(), grants("*"), "nothing was saved yet");
    assert_eq!(change(true).await.unwrap().count, Some(1));
    assert_eq!(app.store.grants(EVERYONE).await.unwrap(), grants("projects:*"));
}

#[tokio::test]
async fn what_an_owner_may_not_give_wakes_in_no_other_hands_and_with_no_other_role() {
    let app = TestApp::new().await;
    let (ines, otto) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Member).await);
    let make = async |name| {
        let both = form(name, &["billing:read", "projects:read"]);
        app.service.create_token(&ines.caller, &both).await.unwrap()
    };
    let (given, kept) = (make("Given").await, make("Kept").await);
    app.grant(EVERYONE, "projects:*").await;
    app.grant(otto.id(), "billing:*").await;
    let prompt = app.service.hand_over_prompt(&app.admin.caller, given.token.id).await.unwrap();
    assert_eq!(prompt.asleep.as_deref(), Some("It loses billing:read, which Ines Okafor may not give now."));
    let to = otto.id().to_string();
    app.service.hand_over_token(&app.admin.caller, given.token.id, &to).await.unwrap();
    let prompt = app.visitor().get(&format!("/settings/people/{}/role", ines.id())).await.text;
    let said = "As an admin, 1 token of theirs loses what Ines Okafor may not give now: “Kept”.";
    assert!(prompt.contains(said), "{prompt}");
    app.service.change_role(&app.admin.caller, ines.id(), "admin").await.unwrap();
    assert!(app.last_details().await.contains("“Kept”: billing:read"));
    for made in [given, kept] {
        let secret = made.secret.as_str();
        let now = verdict_on(&app.service, secret, "billing:read").await;
        assert_eq!(now, Verdict::PermissionMissing, "others still have its secret");
        assert_eq!(verdict_on(&app.service, secret, "projects:read").await, Verdict::Valid);
    }
}

#[tokio::test]
async fn many_grants_of_a_large_group_change_at_once_and_are_known_in_the_very_next_request() {
    let app = TestApp::new().await;
    let team = app.group("Everything").await;
    for number in 0..400 {
        let machine = app.service_account(&format!("Machine {number}"), None).await;
        app.join(team, machine, false).await;
    }
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.join(team, ines.id(), false).await;
    let made = app.service.create_token(&ines.caller, &form("Sync", &["billing:read"])).await.unwrap();
    let secret = made.secret.as_str();
    app.tighten().await;
    assert_eq!(verdict_on(&app.service, secret, "billing:read").await, Verdict::PermissionMissing);
    let many: Vec<String> = (1..GRANTS_MAX).map(|number| format!("part{number}:read")).collect();
    let many = many.join(" ");
    app.grant(team, &format!("{many} billing:read")).await;
    assert_eq!(verdict_on(&app.service, secret, "billing:read").await, Verdict::Valid);
    app.grant(team, &many).await;
    assert_eq!(verdict_on(&app.service, secret, "billing:read").await, Verdict::PermissionMissing);
    app.grant(team, "").await;
    assert_eq!(verdict_on(&app.service, secret, "billing:read").await, Verdict::PermissionMissing);
}
