//! One verdict for each state that a secret can be in.

use crate::support::{TestApp, form};
use app::{
    domain::{EventKind, Overlap, Role, Ticked, TokenForm},
    service::VerifyRequest,
};
use serde_json::json;

fn limited(permissions: &[&str], set: impl FnOnce(&mut TokenForm)) -> TokenForm {
    let mut form = form("", permissions);
    set(&mut form);
    form
}

#[tokio::test]
async fn a_valid_secret_says_whose_it_is_and_what_it_may_do() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let created = app
        .made(&limited(&["projects:read", "billing:read"], |form| {
            form.name = "Billing sync".into();
            form.expires_at = Some("2027-02-21T18:00:00Z".into());
            (form.rate_requests, form.rate_seconds) = (Some("100".into()), Some("60".into()));
        }))
        .await;
    let request = json!({ "secret": created.secret.as_str(), "permissions": ["billing:read"] });
    assert_eq!(
        asker.verify(&request).await,
        json!({
            "verdict": "valid",
            "token": {
                "id": created.token.id,
                "name": "Billing sync",
                "owner": { "id": app.admin.id(), "name": "Ada Moreau" },
                "permissions": ["billing:read", "projects:read"],
                "expires_at": "2027-02-21T18:00:00.000Z",
            },
            "rate_limit": { "limit": 100, "remaining": 99, "reset_seconds": 1 },
        })
    );
}

#[tokio::test]
async fn a_denial_names_the_token_and_what_is_missing_and_nothing_else() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let created = app.token_with(&["projects:read"]).await;
    let request = json!({
        "secret": created.secret.as_str(),
        "permissions": ["projects:read", "projects:write", "billing:read", "projects:write"],
    });
    assert_eq!(
        asker.verify(&request).await,
        json!({
            "verdict": "permission_missing",
            "missing": ["projects:write", "billing:read"],
            "token": { "id": created.token.id, "name": created.token.name },
        })
    );
    assert_eq!(asker.verify(&json!({ "secret": "tkr_nonsense" })).await, json!({ "verdict": "malformed" }));
}

#[tokio::test]
async fn what_was_never_issued_is_unknown_and_what_cannot_be_is_malformed() {
    let app = TestApp::new().await;
    let elsewhere = TestApp::new().await.secret_with(&["projects:read"]).await;
    let asker = app.asker().await;
    assert_eq!(asker.verdict(&elsewhere).await, "unknown");
    let long = "a".repeat(600);
    for junk in ["", " ", "a", "tkr_", "Bearer x", "\u{0}", "ключ", &elsewhere[1..], &elsewhere[..39], &long]
    {
        assert_eq!(asker.verdict(junk).await, "malformed", "{junk:?}");
    }
}

#[tokio::test]
async fn one_wrong_character_is_told_without_a_look_at_the_data() {
    let app = TestApp::new().await;
    let secret = app.secret_with(&["projects:read"]).await;
    let elsewhere = TestApp::new().await.secret_with(&["projects:read"]).await;
    app.store.close().await;
    let verify = async |secret: &str| {
        let request = VerifyRequest { secret, permissions: &[], address: None, client: "" };
        app.service.verify(&request).await.map(|verification| verification.verdict.as_str())
    };
    for at in 0..secret.len() {
        for other in ['0', 'Z'] {
            let mut wrong: Vec<char> = secret.chars().collect();
            if wrong[at] == other {
                continue;
            }
            wrong[at] = other;
            let wrong: String = wrong.into_iter().collect();
            // Another prefix would make it somebody else's secret, so that is not tested here.
            if wrong.starts_with("tkr_") {
                assert_eq!(verify(&wrong).await.as_deref(), Ok("malformed"), "{at}");
            }
        }
    }
    assert!(verify(&elsewhere).await.is_err(), "the data is not there to be looked at");
}

#[tokio::test]
async fn a_token_ends_at_its_moment_and_not_before() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let now = 1_795_457_045_000_i64;
    let in_a_day = app::domain::Timestamp::from_millis(now + 86_400_000);
    let created =
        app.made(&limited(&["projects:read"], |form| form.expires_at = Some(in_a_day.to_string()))).await;
    let left = in_a_day.as_millis() - app::service::Clock::now(&*app.clock).as_millis();
    app.clock.forward(left - 1);
    assert_eq!(asker.verdict(created.secret.as_str()).await, "valid");
    app.clock.forward(1);
    assert_eq!(asker.verdict(created.secret.as_str()).await, "expired");
}

#[tokio::test]
async fn disabling_can_be_undone_and_a_deletion_is_for_good() {
    let app = TestApp::new().await;
    let (asker, admin) = (app.asker().await, app.admin.caller.clone());
    let created = app.token_with(&["projects:read"]).await;
    let (id, secret) = (created.token.id, created.secret.as_str());
    assert_eq!(asker.verdict(secret).await, "valid");
    app.service.set_disabled(&admin, id, None, true).await.unwrap();
    assert_eq!(asker.verdict(secret).await, "disabled");
    app.service.set_disabled(&admin, id, None, false).await.unwrap();
    assert_eq!(asker.verdict(secret).await, "valid");
    app.service.delete_token(&admin, id).await.unwrap();
    assert_eq!(asker.verdict(secret).await, "revoked");
}

#[tokio::test]
async fn the_old_secret_of_a_rotation_works_until_its_overlap_ends() {
    let app = TestApp::new().await;
    let (asker, admin) = (app.asker().await, app.admin.caller.clone());
    let first = app.token_with(&["projects:read"]).await;
    let id = first.token.id;
    let second = app.service.rotate_token(&admin, id, None, Overlap::of_seconds(3_600)).await.unwrap();
    assert_eq!(asker.verdict(first.secret.as_str()).await, "valid");
    assert_eq!(asker.verdict(second.secret.as_str()).await, "valid");
    app.clock.forward(3_600_000 - 1);
    assert_eq!(asker.verdict(first.secret.as_str()).await, "valid");
    app.clock.forward(1);
    assert_eq!(asker.verdict(first.secret.as_str()).await, "expired");
    assert_eq!(asker.verdict(second.secret.as_str()).await, "valid");
    // A rotation without an overlap ends the secret at once, and also the overlap of the rotation before.
    let third = app.service.rotate_token(&admin, id, None, Overlap::of_seconds(3_600)).await.unwrap();
    let fourth = app.service.rotate_token(&admin, id, None, Overlap::of_seconds(0)).await.unwrap();
    assert_eq!(asker.verdict(second.secret.as_str()).await, "revoked");
    assert_eq!(asker.verdict(third.secret.as_str()).await, "revoked");
    assert_eq!(asker.verdict(fourth.secret.as_str()).await, "valid");
    app.service.delete_token(&admin, id).await.unwrap();
    assert_eq!(asker.verdict(fourth.secret.as_str()).await, "revoked");
}

#[tokio::test]
async fn an_overlap_never_outlives_the_token() {
    let app = TestApp::new().await;
    let (asker, admin) = (app.asker().await, app.admin.caller.clone());
    let end = app::domain::Timestamp::from_millis(1_795_457_045_000 + 60_000);
    let first = app.made(&limited(&["projects:read"], |form| form.expires_at = Some(end.to_string()))).await;
    let second =
        app.service.rotate_token(&admin, first.token.id, None, Overlap::of_seconds(3_600)).await.unwrap();
    assert_eq!(second.token.rotating_until, Some(end));
    app.clock.forward(60_000);
    assert_eq!(asker.verdict(first.secret.as_str()).await, "expired");
    assert_eq!(asker.verdict(second.secret.as_str()).await, "expired");
}

#[tokio::test]
async fn what_an_owner_may_no_more_their_tokens_may_no_more() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let boss = app.user("Noor Bakker", Role::Admin).await;
    app.clock.forward(1);
    let form = form("Everything", &["projects:read", "tokenry.tokens:read"]);
    let created = app.service.create_token(&boss.caller, &form).await.unwrap();
    let secret = created.secret.as_str();
    let may = async |permission: &str| {
        let answer = asker.verify(&json!({ "secret": secret, "permissions": [permission] })).await;
        answer["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(may("tokenry.tokens:read").await, "valid");
    let admin = app.admin.caller.clone();
    app.service.change_role(&admin, boss.id(), "member").await.unwrap();
    assert_eq!(may("tokenry.tokens:read").await, "permission_missing");
    assert_eq!(may("projects:read").await, "valid");
    app.service.change_role(&admin, boss.id(), "viewer").await.unwrap();
    assert_eq!(may("projects:read").await, "permission_missing");
    app.service.disable_person(&admin, boss.id()).await.unwrap();
    assert_eq!(may("projects:read").await, "owner_disabled");
    // Raising the owner again restores only what somebody asked for by name.
    let now = async || app.service.token(&admin, created.token.id).await.unwrap();
    let seen = async || vec![app::domain::TokenVersion::of(&now().await).to_string()];
    let consents = Ticked { work: seen().await, ..Ticked::default() }.parse().unwrap();
    app.service.enable_person_with(&admin, boss.id(), &consents).await.unwrap();
    assert_eq!(may("projects:read").await, "permission_missing");
    let consents = Ticked { work: seen().await, keep: seen().await }.parse().unwrap();
    app.service.change_role_with(&admin, boss.id(), "admin", &consents).await.unwrap();
    assert_eq!(may("tokenry.tokens:read").await, "valid");
    app.service.change_role(&admin, boss.id(), "member").await.unwrap();
    app.service.change_role(&admin, boss.id(), "admin").await.unwrap();
    assert_eq!(may("tokenry.tokens:read").await, "permission_missing");
    assert_eq!(may("projects:read").await, "valid");
}

#[tokio::test]
async fn addresses_and_rates_are_looked_at_with_every_call() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let created = app
        .made(&limited(&["projects:read"], |form| {
            form.allowed_addresses = Some("203.0.113.0/24 2001:db8::/32".into());
            (form.rate_requests, form.rate_seconds) = (Some("3".into()), Some("3600".into()));
        }))
        .await;
    let secret = created.secret.as_str();
    let from = async |address: serde_json::Value| {
        asker.verify(&json!({ "secret": secret, "address": address, "permissions": null })).await
    };
    assert_eq!(from(json!(null)).await["verdict"], "address_not_allowed");
    assert_eq!(from(json!("198.51.100.1")).await["verdict"], "address_not_allowed");
    for (address, remaining) in [("203.0.113.9", 2), ("2001:db8::9", 1), ("::ffff:203.0.113.9", 0)] {
        let answer = from(json!(address)).await;
        assert_eq!(
            (&answer["verdict"], &answer["rate_limit"]["remaining"]),
            (&json!("valid"), &json!(remaining))
        );
    }
    let limited = from(json!("203.0.113.9")).await;
    assert_eq!(
        (&limited["verdict"], &limited["rate_limit"]["remaining"]),
        (&json!("rate_limited"), &json!(0))
    );
    // A rotation does not renew the allowance.
    let renamed = app
        .service
        .rotate_token(&app.admin.caller, created.token.id, None, Overlap::of_seconds(0))
        .await
        .unwrap();
    let request = json!({ "secret": renamed.secret.as_str(), "address": "203.0.113.9" });
    assert_eq!(asker.verify(&request).await["verdict"], "rate_limited");
}

#[tokio::test]
async fn whoever_presents_a_secret_may_end_it_and_that_is_in_the_audit_log() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let created = app.token_with(&["projects:read"]).await;
    let secret = created.secret.as_str();
    for _ in 0..2 {
        let answer = asker.visitor.revoke(secret).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
        assert_eq!(asker.verdict(secret).await, "revoked");
    }
    assert_eq!(asker.visitor.revoke("whatever").await.status, 200);
    let sql = "select count(*) from event where kind = 'token.secret_revoked' and token_id is not null";
    assert_eq!(app.number(sql).await, 1);
    assert_eq!(EventKind::SecretRevoked.as_str(), "token.secret_revoked");
    // The owner sees the token as disabled, and can give it a new secret.
    let token = app.service.token(&app.admin.caller, created.token.id).await.unwrap();
    assert!(token.disabled_at.is_some());
}
