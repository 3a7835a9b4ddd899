//! Managing people: who can be disabled, demoted and invited, and which things end with that.

use crate::support::{PASSWORD, TestApp, form};
use app::domain::{Caller, Error, Role, TokenListForm};
use axum::http::StatusCode;

fn prompt(id: app::domain::PersonId, prompt: &str) -> String {
    format!("/settings/people/{id}/{prompt}")
}

async fn sign_in(app: &TestApp, email: &str) -> StatusCode {
    app.stranger().post_form("/sign-in", &[("email", email), ("password", PASSWORD)]).await.status
}

#[tokio::test]
async fn who_is_disabled_is_out_with_the_next_request_and_back_when_enabled() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let (admin, own) = (app.visitor(), app.visitor_as(&ines));
    assert_eq!(own.get("/settings/tokens").await.status, StatusCode::OK);
    assert_eq!(admin.post_form(&prompt(ines.id(), "disable"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(own.get("/settings/tokens").await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&app, "ines@example.com").await, StatusCode::UNAUTHORIZED);
    assert!(admin.get("/settings/people").await.text.contains("Disabled"));
    assert_eq!(admin.post_form(&prompt(ines.id(), "enable"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(own.get("/settings/tokens").await.status, StatusCode::SEE_OTHER, "old sessions stay ended");
    assert_eq!(sign_in(&app, "ines@example.com").await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_last_admin_can_be_neither_disabled_nor_demoted() {
    let app = TestApp::new().await;
    let other = app.user("Ines Okafor", Role::Admin).await;
    // An admin who is only invited or is disabled cannot stand in.
    let invite = [("name", "Noor"), ("email", "noor@example.com"), ("role", "admin")];
    assert_eq!(app.visitor().post_form("/settings/people/new", &invite).await.status, StatusCode::CREATED);
    let path = prompt(other.id(), "disable");
    assert_eq!(app.visitor().post_form(&path, &[]).await.status, StatusCode::SEE_OTHER);
    let before = app.data().await;
    for role in ["member", "viewer"] {
        let path = prompt(app.admin.id(), "role");
        let answer = app.visitor().post_form(&path, &[("role", role)]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{role}");
        assert!(answer.text.contains("Somebody has to be an admin"));
    }
    let last = app.service.disable_person(&Caller::operator(), app.admin.id()).await;
    assert!(matches!(last, Err(Error::LastAdmin)), "not even from the command line");
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn of_two_admins_who_demote_each_other_at_once_one_stays() {
    for round in 0..20 {
        let app = TestApp::new().await;
        let other = app.user("Ines Okafor", Role::Admin).await;
        let (first, second) = (app.visitor(), app.visitor_as(&other));
        let (to_other, to_first) = match round % 2 {
            0 => (prompt(other.id(), "role"), prompt(app.admin.id(), "role")),
            _ => (prompt(other.id(), "disable"), prompt(app.admin.id(), "disable")),
        };
        let fields: &[(&str, &str)] = if round % 2 == 0 { &[("role", "member")] } else { &[] };
        let (one, two) =
            tokio::join!(first.post_form(&to_other, fields), second.post_form(&to_first, fields));
        let won = [one.status, two.status].iter().filter(|s| **s == StatusCode::SEE_OTHER).count();
        let led_out = [&one, &two]
            .iter()
            .filter(|a| a.headers.get("location").is_some_and(|l| l.as_bytes().starts_with(b"/sign-in")))
            .count();
        assert_eq!(won - led_out, 1, "{} {}", one.status, two.status);
        let admins = "select count(*) from person where role = 'admin' and disabled_at is null";
        assert_eq!(app.number(admins).await, 1, "round {round}");
    }
}

#[tokio::test]
async fn of_two_admins_who_demote_each_other_in_the_service_one_stays() {
    for _ in 0..20 {
        let app = TestApp::new().await;
        let other = app.user("Ines Okafor", Role::Admin).await;
        let (service, caller) = (app.service.clone(), app.admin.caller.clone());
        let (first, second) = (other.id(), app.admin.id());
        // Both callers were let in as admins before.
        let one = tokio::spawn(async move { service.change_role(&caller, first, "member").await });
        let service = app.service.clone();
        let two = tokio::spawn(async move { service.change_role(&other.caller, second, "member").await });
        let (one, two) = (one.await.unwrap(), two.await.unwrap());
        assert!(matches!((&one, &two), (Ok(_), Err(Error::LastAdmin)) | (Err(Error::LastAdmin), Ok(_))));
    }
}

#[tokio::test]
async fn nobody_disables_themselves() {
    let app = TestApp::new().await;
    app.user("Ines Okafor", Role::Admin).await;
    let (before, last) = (app.data().await, app.last_line().await);
    let answer = app.visitor().post_form(&prompt(app.admin.id(), "disable"), &[]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("Nobody can disable themselves"));
    assert_eq!(app.kinds_after(last).await, ["refused"]);
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn an_address_in_another_letter_case_is_the_same_address() {
    let app = TestApp::new().await;
    let before = app.data().await;
    for email in ["ada@example.com", "ADA@example.com", "Ada@Example.COM", " ada@example.com "] {
        let fields = [("name", "Another Ada"), ("email", email), ("role", "member")];
        let answer = app.visitor().post_form("/settings/people/new", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(answer.text.contains("Somebody here has this e-mail address already"));
        assert!(answer.text.contains("value=\"Another Ada\""), "what was typed is still there");
    }
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn who_is_no_person_is_not_found() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let none = "01234567-89ab-7def-8123-456789abcdef";
    for segment in ["role", "link", "hand-over", "sign-out", "disable", "enable"] {
        for id in [none, "x", "%00"] {
            let path = format!("/settings/people/{id}/{segment}");
            assert_eq!(app.visitor().get(&path).await.status, StatusCode::NOT_FOUND, "GET {path}");
            let fields: &[(&str, &str)] = if segment == "role" { &[("role", "viewer")] } else { &[] };
            let answer = app.visitor().post_form(&path, fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "POST {path}: {}", answer.text);
        }
    }
    let nothing = prompt(app.admin.id(), "promote");
    assert_eq!(app.visitor().post_form(&nothing, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn one_token_is_handed_over_and_the_old_owner_sees_it_no_more() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let token =
        app.service.create_token(&ines.caller, &form("Deploy", &["projects:read"])).await.unwrap().token;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let vera = app.user("Vera Lindqvist", Role::Viewer).await;
    let path = app::paths::token_hand_over(token.id);
    // A person who may have no tokens gets none.
    let (viewer, none) = (vera.id().to_string(), "01234567-89ab-7def-8123-456789abcdef");
    for (to, status) in [(viewer.as_str(), 422), ("", 422), ("x", 422), (none, 404)] {
        let answer = app.visitor().post_form(&path, &[("owner", to)]).await;
        assert_eq!(answer.status, status, "{to}");
    }
    let to = otto.id().to_string();
    assert_eq!(app.visitor().post_form(&path, &[("owner", &to)]).await.status, StatusCode::SEE_OTHER);
    let sees = async |user| app.visitor_as(user).get("/settings/tokens").await.text.contains("Deploy");
    assert!(sees(&otto).await && !sees(&ines).await);
    let edit = app::paths::token_edit(token.id);
    assert_eq!(app.visitor_as(&ines).get(&edit).await.status, StatusCode::NOT_FOUND);
    let given = app.service.token(&otto.caller, token.id).await.unwrap();
    assert_eq!(
        (given.permissions, given.secret_hint, given.version),
        (token.permissions, token.secret_hint, 2)
    );
}

#[tokio::test]
async fn all_tokens_are_handed_over_or_none() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    for name in ["Deploy", "Paypal sync", "Nightly"] {
        app.service.create_token(&ines.caller, &form(name, &["projects:read"])).await.unwrap();
    }
    // The letters are Cyrillic, so that the name looks like one of hers.
    let alike = form("Pаypаl sync", &["projects:read"]);
    let his = app.service.create_token(&otto.caller, &alike).await.unwrap().token;
    let before = app.fingerprint().await;
    let (path, to) = (prompt(ines.id(), "hand-over"), otto.id().to_string());
    let answer = app.visitor().post_form(&path, &[("owner", &to)]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(
        answer.text.contains("already has a token with a name like") && answer.text.contains("Paypal sync")
    );
    assert_eq!(app.fingerprint().await, before);
    let own = ines.id().to_string();
    let answer = app.visitor().post_form(&path, &[("owner", &own)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);

    app.service.delete_token(&otto.caller, his.id).await.unwrap();
    assert_eq!(app.visitor().post_form(&path, &[("owner", &to)]).await.status, StatusCode::SEE_OTHER);
    let count = async |user: &crate::support::TestUser| {
        app.service.token_page(&user.caller, &TokenListForm::default()).await.unwrap().count
    };
    assert_eq!((count(&otto).await, count(&ines).await), (3, 0));
}
