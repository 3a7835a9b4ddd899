//! Identity: two people never have the same name, and one person stays one, however their address and password are
//! typed.

use crate::support::{Answer, PASSWORD, TestApp, Visitor, form};
use app::{
    domain::{EventKind, PersonForm, PersonName, Role},
    service::StoreError,
};
use axum::http::{StatusCode, header};
use serde_json::json;

const TAKEN: &str = "Somebody here has this name, or one that looks the same.";
const NFC: &str = "vierzig blaue Teekännchen";
const NFD: &str = "vierzig blaue Teeka\u{308}nnchen";
/// Argon2id of [`NFD`], without normalization.
const HASH_OF_NFD: &str =
    "$argon2id$v=19$m=64,t=1,p=1$aq/3snADEB6faFQkP2SBeA$asqd6dT0Ax33a826H2UVCczdI2nASPmLy74irtsRMJE";

async fn rename(visitor: &Visitor, name: &str) -> Answer {
    visitor.post_form("/profile/name", &[("name", name)]).await
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    app.stranger().post_form("/sign-in", &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn nobody_is_called_as_somebody_else_whoever_names_them() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let visitor = app.visitor_as(&ines);
    let before = app.fingerprint().await;
    for (name, why) in [
        ("Ada Moreau", TAKEN),
        ("ADA  moreau", TAKEN),
        ("Аda Moreau", TAKEN),
        ("Ada\u{a0}Morеau", TAKEN),
        ("The operator", TAKEN),
        ("tokenry", TAKEN),
        ("Ada Moreau (ada@example.com)", "A name has no e-mail address in it"),
        ("ada＠example.com", "A name has no e-mail address in it"),
    ] {
        let answer = rename(&visitor, name).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.text.contains(why), "{name}: {}", answer.text);
        let fields = [("name", name), ("email", "new@example.com"), ("role", "member")];
        let invited = app.visitor().post_form("/settings/people/new", &fields).await;
        assert!(invited.status == 422 && invited.text.contains(why), "{name}: {}", invited.status);
        let form = PersonForm { name: name.into(), email: "new@example.com".into(), role: "member".into() };
        assert!(app.service.operator_add_person(&form, PASSWORD).await.is_err(), "{name}");
    }
    assert_eq!(app.fingerprint().await, before);
    for fine in ["INES Okafor", "Ada Moreau-Diaz", "Ines @ night", "ines@example.com"] {
        assert_eq!(rename(&visitor, fine).await.status, StatusCode::SEE_OTHER, "{fine}");
    }
}

#[tokio::test]
async fn of_two_who_take_one_name_at_once_one_gets_it() {
    let app = TestApp::new().await;
    let (one, other) = (app.user("Ines Okafor", Role::Member).await, app.user("Noor", Role::Member).await);
    let name = PersonName::parse("Sam").unwrap();
    let event =
        |id| crate::support::event(EventKind::PersonRenamed, id, app::service::Clock::now(&*app.clock));
    let (one_event, other_event) = (event(one.id()), event(other.id()));
    let (a, b) = tokio::join!(
        app.store.rename_person(one.id(), &name, &one_event),
        app.store.rename_person(other.id(), &name, &other_event),
    );
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert!(matches!(a.and(b), Err(StoreError::PersonNameTaken)));
    assert_eq!(app.number("select count(*) from person where name = 'Sam'").await, 1);
}

#[tokio::test]
async fn namesakes_from_before_are_told_apart_by_their_addresses_in_answers() {
    let app = TestApp::new().await;
    let (ines, noor) = (app.user("Ines Okafor", Role::Member).await, app.user("Noor", Role::Member).await);
    // Earlier versions allowed this.
    app
        .run(
            "update person set name = 'Ada Moreau', name_key = (select name_key from person where name = 'Ada Moreau')
              where name = 'Ines Okafor'",
        )
        .await;
    let script = app.manager().await;
    for (owner, told) in [
        (&ines, "Ada Moreau (ines@example.com)"),
        (&app.admin, "Ada Moreau (ada@example.com)"),
        (&noor, "Noor"),
    ] {
        let made = app.service.create_token(&owner.caller, &form("Sync", &["projects:read"])).await.unwrap();
        let secret = made.secret.as_str();
        let verified = script.post("/v1/verify", &json!({ "secret": secret })).await.json();
        assert_eq!(verified["token"]["owner"]["name"], told, "{verified}");
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let answer = script.send("POST", "/oauth/introspect", &kind, &format!("token={secret}")).await;
        assert_eq!(answer.json()["username"], told, "{}", answer.text);
    }
}

#[tokio::test]
async fn the_page_of_a_token_says_the_address_beside_every_name() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let made = app.service.create_token(&ines.caller, &form("Sync", &["projects:read"])).await.unwrap();
    let page = app.visitor().get(&format!("/settings/tokens/{}", made.token.id)).await;
    let text = crate::console::token_page::text_of(&page.text);
    for told in ["Owner Ines Okafor ines@example.com", "by Ines Okafor (ines@example.com)"] {
        assert!(text.contains(told), "{told:?} is not in {text}");
    }
    let lines = text.split("Recent changes to this token").nth(1).unwrap();
    assert!(lines.contains("Ines Okafor ines@example.com"), "{lines}");
}

#[tokio::test]
async fn an_address_in_any_script_is_one_address_however_it_is_typed() {
    let app = TestApp::new().await;
    for (name, email) in [("Mü", "user@münchen.example"), ("Zoë", "zoë@example.com")] {
        let form = PersonForm { name: name.into(), email: email.into(), role: "member".into() };
        app.service.operator_add_person(&form, PASSWORD).await.unwrap();
    }
    for typed in [
        "user@münchen.example",
        "user@mu\u{308}nchen.example",
        "user@xn--mnchen-3ya.example",
        "USER@MÜNCHEN.EXAMPLE",
        "zoë@example.com",
        "zoe\u{308}@example.com",
        "ZOË@example.com",
    ] {
        let answer = sign_in(&app, typed, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{typed}");
    }
    assert_eq!(sign_in(&app, "zoe@example.com", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    for (typed, name) in [("user@xn--mnchen-3ya.example", "Other"), ("ZOE\u{308}@example.com", "Another")] {
        let fields = [("name", name), ("email", typed), ("role", "member")];
        let answer = app.visitor().post_form("/settings/people/new", &fields).await;
        assert!(answer.text.contains("Somebody here has this e-mail address already."), "{typed}");
    }
    // In a field of the type for addresses, browsers would refuse some of these or rewrite them.
    let page = app.stranger().get("/sign-in").await;
    assert!(!page.text.contains("type=\"email\"") && page.text.contains("inputmode=\"email\""));
}

#[tokio::test]
async fn a_password_is_the_same_however_a_keyboard_composes_it() {
    let app = TestApp::new().await;
    for (name, chosen) in [("Composed", NFC), ("Apart", NFD)] {
        let email = format!("{name}@example.com");
        let form = PersonForm { name: name.into(), email: email.clone(), role: "member".into() };
        app.service.operator_add_person(&form, chosen).await.unwrap();
        for typed in [NFC, NFD] {
            assert_eq!(sign_in(&app, &email, typed).await.status, StatusCode::SEE_OTHER, "{typed:?}");
        }
        let other = "vierzig blaue Teekannchen";
        assert_eq!(sign_in(&app, &email, other).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_password_that_was_kept_as_it_was_typed_leads_in_and_is_kept_anew() {
    let app = TestApp::new().await;
    sqlx::query("update person set password_hash = $1")
        .bind(HASH_OF_NFD)
        .execute(&mut app.raw().await)
        .await
        .unwrap();
    let (email, line) = ("ada@example.com", app.last_line().await);
    assert_eq!(sign_in(&app, email, NFC).await.status, StatusCode::UNAUTHORIZED, "it is not known yet");
    assert_eq!(sign_in(&app, email, NFD).await.status, StatusCode::SEE_OTHER);
    for typed in [NFC, NFD] {
        assert_eq!(sign_in(&app, email, typed).await.status, StatusCode::SEE_OTHER, "{typed:?}");
    }
    let kinds = app.kinds_after(line).await;
    let signed_in = "session.signed_in";
    assert_eq!(kinds, ["session.sign_in_failed", signed_in, signed_in, signed_in]);
}

#[tokio::test]
async fn a_name_that_is_refused_is_shown_again_as_it_was_typed() {
    let app = TestApp::new().await;
    app.user("Ines Okafor", Role::Member).await;
    let answer = rename(&app.visitor(), "ines okafor").await;
    assert!(answer.text.contains("value=\"ines okafor\""), "nothing is lost");
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
}
