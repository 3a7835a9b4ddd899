//! Signing in through an identity provider that tells the truth.

use crate::support::{
    PASSWORD, TestApp, Visitor,
    provider::{FakeProvider, ORIGIN, Traveller, query, stranger_trusting},
};
use app::{
    domain::{FRESH_SIGN_IN_MS, Role},
    paths,
};
use axum::http::{StatusCode, header};
use serde_json::json;
use server::oidc::settings::ProviderSettings;

async fn stage() -> (TestApp, FakeProvider) {
    let app = TestApp::new().await;
    let acme = FakeProvider::new(app.clock.clone()).await;
    (app, acme)
}

async fn role_of(app: &TestApp, email: &str) -> Option<Role> {
    app.store.credentials(email).await.unwrap().map(|found| found.person.role)
}

/// The browser after it has come back.
fn signed_in(app: &TestApp, settings: ProviderSettings, answer: &crate::support::Answer) -> Visitor {
    stranger_trusting(app, vec![settings]).having_kept(answer)
}

#[tokio::test]
async fn somebody_new_joins_and_is_where_they_wanted_to_be() {
    let (app, acme) = stage().await;
    let person = Traveller::new(&app, vec![acme.settings("acme")]);
    let last = app.last_line().await;
    let page = person.visitor.get("/sign-in?next=/settings/profile").await.text;
    assert!(
        page.contains("Sign in with Acme") && page.contains("/sign-in/acme?next=/settings/profile"),
        "{page}"
    );
    let way = person.begin("?next=/settings/profile").await;
    let asked = query(&way.url);
    assert!(way.url.starts_with(&format!("{}/authorize?", acme.issuer)));
    assert_eq!(asked["redirect_uri"], format!("{ORIGIN}/sign-in/acme/callback"));
    assert_eq!((asked["scope"].as_str(), asked["response_type"].as_str()), ("openid profile email", "code"));
    assert_eq!(app.last_line().await, last, "the way there changes nothing");
    let code = acme.grant(&way.url);
    let answer = person.back(&way, &format!("code={code}&state={}", asked["state"])).await;
    assert_eq!(
        (answer.status, answer.header(header::LOCATION)),
        (StatusCode::SEE_OTHER, "/settings/profile")
    );
    assert_eq!(answer.cookie("tokenry-sign-in").as_deref(), Some(""));
    assert_eq!(app.kinds_after(last).await, ["person.provisioned", "session.signed_in"]);
    let profile = signed_in(&app, acme.settings("acme"), &answer).get(paths::PROFILE).await.text;
    assert!(profile.contains("You sign in as lovelace@example.com"), "{profile}");
    assert!(profile.contains("Sign-in through providers") && !profile.contains("Change password"));
    // The second time they are known, whatever they are called by then.
    acme.plan().claims = json!({ "email": "ada@elsewhere.example", "name": "Somebody else" });
    let last = app.last_line().await;
    assert_eq!(person.through(&acme, "").await.header(header::LOCATION), paths::TOKENS);
    assert_eq!(app.kinds_after(last).await, ["session.signed_in"]);
    assert_eq!(role_of(&app, "lovelace@example.com").await, Some(Role::Member));
}

#[tokio::test]
async fn nothing_of_the_way_is_kept_in_the_data_and_no_secret_is_in_the_url() {
    let (app, acme) = stage().await;
    let person = Traveller::new(&app, vec![acme.settings("acme")]);
    let way = person.begin("").await;
    let key = way.cookie.split_once('=').unwrap().1.split("%20").next().unwrap().to_owned();
    let key = key.split(' ').next().unwrap().to_owned();
    assert_eq!(key.len(), 64, "{}", way.cookie);
    assert!(!way.url.contains(&key));
    let https = stranger_trusting(&app, vec![acme.settings("acme")]);
    let set = https.get("/sign-in/acme").await.header(header::SET_COOKIE).to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Max-Age=600"), "{set}");
}

#[tokio::test]
async fn the_role_follows_the_claim_at_every_sign_in() {
    let (app, acme) = stage().await;
    let settings = ProviderSettings {
        role_claim: Some("groups".to_owned()),
        roles: vec![("staff".to_owned(), Role::Member), ("root".to_owned(), Role::Admin)],
        default_role: None,
        groups_claim: Some("groups".to_owned()),
        ..acme.settings("acme")
    };
    let person = Traveller::new(&app, vec![settings]);
    for (groups, role) in [
        (json!(["staff"]), Role::Member),
        (json!(["root", "staff"]), Role::Admin),
        (json!("staff"), Role::Member),
    ] {
        acme.plan().claims = json!({ "groups": groups });
        let answer = person.through(&acme, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert_eq!(role_of(&app, "lovelace@example.com").await, Some(role));
    }
    acme.plan().claims = json!({ "groups": ["visitors"] });
    let refused = person.through(&acme, "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("gives you no role"), "{}", refused.text);
    assert_eq!(app.number("select count(*) from event where kind = 'person.role_changed'").await, 2);
    assert_eq!(app.number("select count(*) from identity where group_names = '[\"staff\"]'").await, 1);
}

#[tokio::test]
async fn places_in_groups_follow_the_claim_at_every_sign_in() {
    let (app, acme) = stage().await;
    let (team, other) = (app.group("Platform").await, app.group("Release").await);
    let settings = ProviderSettings {
        groups_claim: Some("groups".to_owned()),
        groups: vec![
            ("dev".to_owned(), "Platform".to_owned()),
            ("all".to_owned(), "Everyone".to_owned()),
            ("gone".to_owned(), "Not here".to_owned()),
        ],
        ..acme.settings("acme")
    };
    let person = Traveller::new(&app, vec![settings]);
    let last = app.last_line().await;
    acme.plan().claims = json!({ "groups": ["dev", "all", "gone", "Release"] });
    assert_eq!(person.through(&acme, "").await.status, StatusCode::SEE_OTHER);
    let kinds = ["person.provisioned", "account.member_added", "session.signed_in"];
    assert_eq!(app.kinds_after(last).await, kinds);
    let id = app.store.credentials("lovelace@example.com").await.unwrap().unwrap().person.id;
    let groups =
        async || app.store.groups_of(id).await.unwrap().iter().map(|group| group.id).collect::<Vec<_>>();
    assert_eq!(groups().await, [team]);
    // Whom an admin has made a steward stays one, and groups that do not follow the provider stay as they are.
    app.join(team, id, true).await;
    app.join(other, id, false).await;
    assert_eq!(person.through(&acme, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(groups().await, [team, other]);
    assert_eq!(app.store.stewarded_by(id).await.unwrap().len(), 1);
    let last = app.last_line().await;
    acme.plan().claims = json!({ "groups": [] });
    assert_eq!(person.through(&acme, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(groups().await, [other]);
    assert_eq!(app.kinds_after(last).await, ["account.member_removed", "session.signed_in"]);
}

#[tokio::test]
async fn an_address_leads_to_its_person_only_where_the_provider_is_trusted_with_addresses() {
    let (app, acme) = stage().await;
    acme.plan().claims = json!({ "email": "ADA@example.com" });
    let untrusted = Traveller::new(&app, vec![acme.settings("acme")]);
    let refused = untrusted.through(&acme, "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("Somebody has your e-mail address here already"), "{}", refused.text);
    let trusted = ProviderSettings { links_by_email: true, ..acme.settings("acme") };
    let person = Traveller::new(&app, vec![trusted]);
    acme.plan().claims = json!({ "email": "ada@example.com", "email_verified": false });
    assert_eq!(person.through(&acme, "").await.status, StatusCode::FORBIDDEN);
    acme.plan().claims = json!({ "email": "ada@example.com" });
    let last = app.last_line().await;
    assert_eq!(person.through(&acme, "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.kinds_after(last).await, ["person.identity_linked", "session.signed_in"]);
    // Addresses are given to newcomers: another account with the same one is somebody else.
    acme.plan().claims = json!({ "email": "ada@example.com", "sub": "ada-2" });
    let newcomer = person.through(&acme, "").await;
    assert!(newcomer.text.contains("signs in with another account"), "{}", newcomer.text);
}

#[tokio::test]
async fn only_addresses_of_the_domains_that_may_come_in_do() {
    let (app, acme) = stage().await;
    let settings =
        ProviderSettings { email_domains: vec!["example.com".to_owned()], ..acme.settings("acme") };
    let person = Traveller::new(&app, vec![settings]);
    acme.plan().claims = json!({ "email": "lovelace@evil-example.com" });
    assert_eq!(person.through(&acme, "").await.status, StatusCode::FORBIDDEN);
    acme.plan().claims = json!({});
    assert_eq!(person.through(&acme, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for_and_belongs_to_the_same_person() {
    let (app, acme) = stage().await;
    let person = Traveller::new(&app, vec![acme.settings("acme")]);
    acme.plan().claims = json!({ "email": null, "email_verified": null });
    acme.plan().user_info = json!({ "sub": "eve", "email": "ada@example.com", "email_verified": true });
    let before = app.data().await;
    let refused = person.through(&acme, "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(app.data().await, before);
    acme.plan().user_info =
        json!({ "sub": "ada-1", "email": "lovelace@example.com", "email_verified": true });
    assert_eq!(person.through(&acme, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn namesakes_are_told_apart_by_their_addresses() {
    let (app, acme) = stage().await;
    let person = Traveller::new(&app, vec![acme.settings("acme")]);
    acme.plan().claims = json!({ "name": "Ada Moreau" });
    assert_eq!(person.through(&acme, "").await.status, StatusCode::SEE_OTHER);
    let found = app.store.credentials("lovelace@example.com").await.unwrap().unwrap().person;
    assert_eq!(found.name.as_str(), "Ada Moreau (lovelace)");
}

#[tokio::test]
async fn whoever_signs_out_is_led_to_the_provider_too() {
    let (app, acme) = stage().await;
    let person = Traveller::new(&app, vec![acme.settings("acme")]);
    let browser = signed_in(&app, acme.settings("acme"), &person.through(&acme, "").await);
    let left = browser.post_form(paths::SIGN_OUT, &[]).await;
    assert_eq!(left.header(header::LOCATION), "/sign-in?left=acme");
    // The provider is known to the server that it was asked by.
    let page = person.visitor.get("/sign-in?left=acme").await.text;
    let end = format!("{}/end?client_id=tokenry&amp;post_logout_redirect_uri=", acme.issuer);
    assert!(page.contains("Sign out of Acme, too") && page.contains(&end), "{page}");
    assert!(!person.visitor.get("/sign-in?left=other").await.text.contains("signed out here"));
    let other = app.visitor().post_form(paths::SIGN_OUT, &[]).await;
    assert_eq!(other.header(header::LOCATION), paths::SIGN_IN);
}

#[tokio::test]
async fn an_old_proof_is_no_fresh_sign_in_and_a_new_one_is() {
    let (app, acme) = stage().await;
    let settings = ProviderSettings { default_role: Some(Role::Admin), ..acme.settings("acme") };
    let person = Traveller::new(&app, vec![settings.clone()]);
    let now = || app.clock_seconds();
    let fields = [("name", "Noor"), ("email", "noor@example.com"), ("role", "viewer")];
    // The provider does not say when they proved who they are, and then says that it was long ago.
    for at in [serde_json::Value::Null, json!(now() - FRESH_SIGN_IN_MS / 1_000 - 1)] {
        acme.plan().claims = json!({ "auth_time": at });
        let browser = signed_in(&app, settings.clone(), &person.through(&acme, "").await);
        let asked = browser.post_form(paths::PERSON_NEW, &fields).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);
        assert!(asked.text.contains("/sign-in/acme?next=/settings/people&amp;again=1"), "{}", asked.text);
        assert!(!asked.text.contains("type=\"password\""), "they have no password");
    }
    // Asked to have them prove it again, the provider lets them through without doing so.
    let way = person.begin("?again=1").await;
    assert_eq!((query(&way.url)["max_age"].as_str(), query(&way.url)["prompt"].as_str()), ("0", "login"));
    let refused = person.through(&acme, "?again=1").await;
    assert!(refused.text.contains("did not ask you to sign in again"), "{}", refused.text);
    acme.plan().claims = json!({ "auth_time": now() });
    let browser = signed_in(&app, settings, &person.through(&acme, "?again=1").await);
    let invited = browser.post_form(paths::PERSON_NEW, &fields).await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
}

#[tokio::test]
async fn with_passwords_off_the_provider_and_the_operator_let_people_in() {
    let (app, acme) = stage().await;
    let app = TestApp { service: app.service.clone().without_password_sign_in(), ..app };
    let person = Traveller::new(&app, vec![acme.settings("acme")]);
    let page = person.visitor.get(paths::SIGN_IN).await.text;
    assert!(page.contains("Sign in with Acme") && !page.contains("type=\"password\""), "{page}");
    let refused = person
        .visitor
        .post_form(paths::SIGN_IN, &[("email", "ada@example.com"), ("password", PASSWORD)])
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text.contains("People sign in through an identity provider here"));
    let fields = [("name", "Noor"), ("email", "noor@example.com"), ("role", "viewer")];
    assert_eq!(app.visitor().post_form(paths::PERSON_NEW, &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(person.through(&acme, "").await.status, StatusCode::SEE_OTHER);
    let link = app.service.make_link(&app::domain::Caller::operator(), app.admin.id()).await.unwrap();
    let opened = app.stranger().get(&format!("{}?code={}", paths::PASSWORD, link.code.expose())).await;
    let fields = [
        ("code", link.code.expose()),
        ("password", "forty green umbrellas"),
        ("again", "forty green umbrellas"),
    ];
    let let_in = app.stranger().having_kept(&opened).post_form(paths::PASSWORD, &fields).await;
    assert_eq!((let_in.status, let_in.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::TOKENS));
}
