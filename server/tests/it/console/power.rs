//! No change of owners, roles or people lets a secret do more than before, unless somebody ticked exactly that.

use crate::support::{ALL_OWN, Answer, Script, TestApp, TestUser, form};
use app::{
    domain::{Created, EventKind, FRESH_SIGN_IN_MS, Role, TokenId, TokenVersion},
    paths,
};
use axum::http::StatusCode;
use serde_json::json;

fn prompt(user: &TestUser, about: &str) -> String {
    format!("/settings/people/{}/{about}", user.id())
}

async fn made(app: &TestApp, user: &TestUser, name: &str, permissions: &[&str]) -> Created {
    app.clock.forward(1);
    app.service.create_token(&user.caller, &form(name, permissions)).await.unwrap()
}

/// The version of a token that a prompt shows now.
async fn seen(app: &TestApp, id: TokenId) -> String {
    TokenVersion::of(&app.service.token(&app.admin.caller, id).await.unwrap()).to_string()
}

/// Sends a form as the admin. It has to succeed; returns the page that it leads to.
async fn send(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = app.visitor().post_form(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
    app.visitor().follow(&answer).await
}

/// The status that Tokenry's own API gives this secret.
async fn opens(app: &TestApp, secret: &Created, path: &str) -> u16 {
    let script = Script { visitor: app.stranger(), secret: secret.secret.as_str().to_owned() };
    script.get(path).await.status.as_u16()
}

async fn verdict(asker: &Script, secret: &Created, permission: &str) -> String {
    let asked = json!({ "secret": secret.secret.as_str(), "permissions": [permission] });
    asker.verify(&asked).await["verdict"].as_str().unwrap().to_owned()
}

async fn last_details(app: &TestApp) -> String {
    let sql = "select details from event where kind <> 'refused' order by id desc limit 1";
    sqlx::query_scalar(sql).fetch_one(&mut app.raw().await).await.unwrap()
}

/// Hands over tokens in one of three ways. The person has exactly one, with this id.
async fn hand_over(app: &TestApp, way: &str, from: &TestUser, id: TokenId, to: &TestUser) -> Answer {
    let to = to.id().to_string();
    match way {
        "one" => send(app, &paths::token_hand_over(id), &[("owner", &to)]).await,
        "all" => send(app, &prompt(from, "hand-over"), &[("owner", &to)]).await,
        _ => {
            let seen = seen(app, id).await;
            let fields = [("action", "hand-over"), ("tokens", seen.as_str()), ("owner", &to)];
            app.visitor().post_form(paths::TOKENS_BULK, &fields).await
        }
    }
}

#[tokio::test]
async fn a_demoted_admins_secret_gets_nothing_back_when_an_admin_takes_over_the_token() {
    for way in ["one", "all", "bulk"] {
        let app = TestApp::new().await;
        let (asker, bea) = (app.asker().await, app.user("Bea Sato", Role::Admin).await);
        let all = [&ALL_OWN[..], &["projects:read"]].concat();
        let secret = made(&app, &bea, "Hers", &all).await;
        assert_eq!(opens(&app, &secret, "/v1/events").await, 200);
        send(&app, &prompt(&bea, "role"), &[("role", "member")]).await;
        assert_eq!(opens(&app, &secret, "/v1/events").await, 403);
        let told = hand_over(&app, way, &bea, secret.token.id, &app.admin).await;
        assert_eq!(opens(&app, &secret, "/v1/events").await, 403, "{way}");
        assert_eq!(verdict(&asker, &secret, "tokenry.audit:read").await, "permission_missing", "{way}");
        assert_eq!(verdict(&asker, &secret, "projects:read").await, "valid", "{way}");
        let said = match way {
            "one" => "Lost tokenry.audit:read, tokenry.people:read, tokenry.people:write",
            "all" => "1 token lost permissions to use Tokenry itself. Rotate those that matter.",
            _ => "Lost tokenry.audit:read, tokenry.people:read, tokenry.people:write",
        };
        assert!(told.text.contains(said), "{way}: {}", told.text);
        assert!(last_details(&app).await.contains("tokenry.tokens:write"), "{way}");
    }
}

#[tokio::test]
async fn a_secret_that_was_refused_stays_refused_in_other_hands() {
    for (way, standing) in
        ["one", "all", "bulk"].into_iter().flat_map(|way| ["disable", "role"].map(|s| (way, s)))
    {
        let app = TestApp::new().await;
        let (asker, otto) = (app.asker().await, app.user("Otto Brandt", Role::Member).await);
        let ines = app.user("Ines Okafor", Role::Member).await;
        let secret = made(&app, &ines, "Deploy", &["projects:read"]).await;
        let fields: &[_] = if standing == "role" { &[("role", "viewer")] } else { &[] };
        send(&app, &prompt(&ines, standing), fields).await;
        let path = match way {
            "one" => paths::token_hand_over(secret.token.id),
            "all" => prompt(&ines, "hand-over"),
            _ => paths::tokens_bulk("hand-over", [secret.token.id], ""),
        };
        let asked = app.visitor().get(&path).await.text.to_lowercase();
        assert!(asked.contains("arrives disabled"), "{way} {standing}: {asked}");
        let told = hand_over(&app, way, &ines, secret.token.id, &otto).await;
        assert_eq!(verdict(&asker, &secret, "projects:read").await, "disabled", "{way} {standing}");
        let said = match way {
            "one" => "Others still have its secret: rotate it before you enable it.",
            "all" => "1 token arrived disabled.",
            _ => "Arrived disabled.",
        };
        assert!(told.text.contains(said), "{way} {standing}: {}", told.text);
        assert!(last_details(&app).await.contains("disabled"), "{way} {standing}");
        // The new owner may enable it.
        app.service.set_disabled(&otto.caller, secret.token.id, None, false).await.unwrap();
        assert_eq!(verdict(&asker, &secret, "projects:read").await, "valid");
    }
}

#[tokio::test]
async fn what_worked_goes_on_in_other_hands_without_a_word() {
    let app = TestApp::new().await;
    let (asker, otto) = (app.asker().await, app.user("Otto Brandt", Role::Member).await);
    let ines = app.user("Ines Okafor", Role::Member).await;
    let secret = made(&app, &ines, "Deploy", &["projects:read"]).await;
    let told = hand_over(&app, "one", &ines, secret.token.id, &otto).await;
    assert_eq!(verdict(&asker, &secret, "projects:read").await, "valid");
    let said = "Transferred “Deploy” to Otto Brandt. Anyone who has its secret can still use it: rotate it.";
    assert!(told.text.contains(said), "{}", told.text);
    assert_eq!(last_details(&app).await, r#"{"from":"Ines Okafor","to":"Otto Brandt","token":"Deploy"}"#);
}

#[tokio::test]
async fn tokenrys_own_permissions_are_kept_by_name_by_an_admin_and_after_a_fresh_sign_in() {
    let app = TestApp::new().await;
    let (bea, otto) = (app.user("Bea Sato", Role::Admin).await, app.user("Otto Brandt", Role::Member).await);
    let kept = made(&app, &bea, "Kept", &ALL_OWN).await;
    let lost = made(&app, &bea, "Lost", &ALL_OWN).await;
    let asked = app.visitor().get(&prompt(&bea, "hand-over")).await.text;
    assert!(asked.contains("“Kept” keeps tokenry.audit:read") && !asked.contains("checked"), "{asked}");
    let (keep, ada) = (seen(&app, kept.token.id).await, app.admin.id().to_string());
    let before = app.data().await;

    let to_him = [("owner", &otto.id().to_string()[..]), ("keep", &keep)];
    let refused = app.visitor().post_form(&prompt(&bea, "hand-over"), &to_him).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Otto Brandt is not an admin"), "{}", refused.text);
    assert!(refused.text.contains("checked"), "what was ticked is still ticked");

    app.clock.forward(FRESH_SIGN_IN_MS);
    let to_ada = [("owner", ada.as_str()), ("keep", &keep)];
    let seen_one = [("action", "hand-over"), ("tokens", keep.as_str()), ("owner", &ada), ("keep", &keep)];
    for (path, fields) in [
        (prompt(&bea, "hand-over"), &to_ada[..]),
        (paths::token_hand_over(kept.token.id), &to_ada),
        (paths::TOKENS_BULK.to_owned(), &seen_one),
    ] {
        let refused = app.visitor().post_form(&path, fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert!(refused.text.contains("Sign in again"), "{path}: {}", refused.text);
        assert!(
            refused.text.contains(&format!("name=\"keep\" value=\"{keep}\"")),
            "{path}: {}",
            refused.text
        );
    }
    assert_eq!(app.data().await, before);

    let fresh = app.another_session(&app.admin).await;
    let answer = app.visitor_as(&fresh).post_form(&prompt(&bea, "hand-over"), &to_ada).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let details = last_details(&app).await;
    assert!(details.contains("\"kept\":[\"“Kept”: tokenry.audit:read"), "{details}");
    assert!(details.contains("\"lost\":[\"“Lost”: tokenry.audit:read"), "{details}");
    assert_eq!(opens(&app, &kept, "/v1/events").await, 200);
    assert_eq!(opens(&app, &lost, "/v1/events").await, 401, "nothing is left to it");
}

#[tokio::test]
async fn what_was_ticked_about_another_version_is_shown_first_and_not_done() {
    let app = TestApp::new().await;
    let bea = app.user("Bea Sato", Role::Admin).await;
    let token = made(&app, &bea, "Hers", &["projects:read", "tokenry.tokens:read"]).await.token;
    let (old, ada) = (seen(&app, token.id).await, app.admin.id().to_string());
    app.service.set_disabled(&bea.caller, token.id, None, true).await.unwrap();
    send(&app, &prompt(&bea, "role"), &[("role", "member")]).await;
    let before = app.data().await;
    let keep = [("owner", ada.as_str()), ("keep", &old)];
    let version = [("owner", ada.as_str()), ("version", "1")];
    let (stored, changed) =
        ("Its current state is shown below", "Submit again to apply this to the token as it is now");
    for (path, fields, said) in [
        (prompt(&bea, "hand-over"), &keep[..], stored),
        (paths::token_hand_over(token.id), &keep, changed),
        (paths::token_hand_over(token.id), &version, changed),
        (prompt(&bea, "role"), &[("role", "admin"), ("keep", &old)], stored),
    ] {
        let answer = app.visitor().post_form(&path, fields).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{path}: {}", answer.text);
        assert!(answer.dialog().contains(said), "{path}: {}", answer.text);
    }
    for garbage in ["7", "on", "all", "*"] {
        let fields = [("role", "admin"), ("keep", garbage)];
        let answer = app.visitor().post_form(&prompt(&bea, "role"), &fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{garbage}");
    }
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn a_higher_role_wakes_what_was_ticked_and_nothing_else() {
    for is_ticked in [false, true] {
        let app = TestApp::new().await;
        let (asker, bea) = (app.asker().await, app.user("Bea Sato", Role::Admin).await);
        let secret = made(&app, &bea, "Hers", &["projects:read", "tokenry.audit:read"]).await;
        let asked = app.visitor().get(&prompt(&bea, "role")).await.text;
        assert!(asked.contains("1 token of theirs can no longer use Tokenry itself: “Hers”."), "{asked}");
        assert!(asked.contains("As a viewer, their token can do nothing."), "{asked}");
        send(&app, &prompt(&bea, "role"), &[("role", "viewer")]).await;

        let asked = app.visitor().get(&prompt(&bea, "role")).await.text;
        assert!(asked.contains("“Hers” works again: projects:read"), "{asked}");
        assert!(asked.contains("“Hers” may use tokenry.audit:read"), "{asked}");
        let ticked = seen(&app, secret.token.id).await;
        let fields = [("role", "member"), ("work", &ticked)];
        send(&app, &prompt(&bea, "role"), &fields[..if is_ticked { 2 } else { 1 }]).await;
        let expected = if is_ticked { "valid" } else { "disabled" };
        assert_eq!(verdict(&asker, &secret, "projects:read").await, expected);

        if !is_ticked {
            assert!(last_details(&app).await.contains("\"tokens_disabled\":[\"“Hers”\"]"));
            app.service.set_disabled(&app.admin.caller, secret.token.id, None, false).await.unwrap();
        }
        let ticked = seen(&app, secret.token.id).await;
        let fields = [("role", "admin"), ("keep", &ticked)];
        let told = send(&app, &prompt(&bea, "role"), &fields[..if is_ticked { 2 } else { 1 }]).await;
        assert_eq!(opens(&app, &secret, "/v1/events").await, if is_ticked { 200 } else { 403 });
        assert_eq!(verdict(&asker, &secret, "projects:read").await, "valid");
        let said = "1 token lost permissions to use Tokenry itself.";
        assert_eq!(told.text.contains(said), !is_ticked, "{}", told.text);
        let details = last_details(&app).await;
        let key = if is_ticked { "kept" } else { "lost" };
        assert!(details.contains(&format!("\"{key}\":[\"“Hers”: tokenry.audit:read\"]")), "{details}");
    }
}

#[tokio::test]
async fn who_is_enabled_finds_their_tokens_disabled_unless_that_was_ticked() {
    for is_ticked in [false, true] {
        let app = TestApp::new().await;
        let (asker, ines) = (app.asker().await, app.user("Ines Okafor", Role::Member).await);
        let works = made(&app, &ines, "Deploy", &["projects:read"]).await;
        let disabled = made(&app, &ines, "Paused", &["projects:read"]).await;
        app.service.set_disabled(&ines.caller, disabled.token.id, None, true).await.unwrap();
        let asked = app.visitor().get(&prompt(&ines, "disable")).await.text;
        assert!(asked.contains("until then, Ines Okafor has a secret that works."), "{asked}");
        send(&app, &prompt(&ines, "disable"), &[]).await;
        let asked = app.visitor().get(&prompt(&ines, "enable")).await.text;
        assert!(
            asked.contains("Their token works again: “Deploy”") && !asked.contains("“Paused”"),
            "{asked}"
        );
        assert!(!asked.contains("checked"), "{asked}");
        let ticked = seen(&app, works.token.id).await;
        let fields = [("work", ticked.as_str())];
        let told = send(&app, &prompt(&ines, "enable"), &fields[..usize::from(is_ticked)]).await;
        let expected = if is_ticked { "valid" } else { "disabled" };
        assert_eq!(verdict(&asker, &works, "projects:read").await, expected);
        assert_eq!(verdict(&asker, &disabled, "projects:read").await, "disabled");
        assert_eq!(told.text.contains("1 token of theirs is now disabled."), !is_ticked, "{}", told.text);
        let details = last_details(&app).await;
        assert!(details.contains("\"tokens\":2"), "{details}");
        assert_eq!(details.contains("“Deploy”"), !is_ticked, "{details}");
    }
}

#[tokio::test]
async fn a_role_that_changes_while_somebody_is_disabled_leaves_nothing_to_wake_later() {
    let app = TestApp::new().await;
    let (asker, bea) = (app.asker().await, app.user("Bea Sato", Role::Admin).await);
    let secret = made(&app, &bea, "Hers", &["projects:read", "tokenry.audit:read"]).await;
    for (about, role) in [("role", "member"), ("disable", ""), ("role", "admin")] {
        let fields = [("role", role)];
        send(&app, &prompt(&bea, about), &fields[..usize::from(!role.is_empty())]).await;
    }
    let ticked = seen(&app, secret.token.id).await;
    send(&app, &prompt(&bea, "enable"), &[("work", &ticked)]).await;
    assert_eq!(verdict(&asker, &secret, "projects:read").await, "valid");
    assert_eq!(opens(&app, &secret, "/v1/events").await, 403);
}

#[tokio::test]
async fn whether_somebody_is_disabled_before_or_after_their_tokens_go_decides_and_never_in_between() {
    for round in 0..24 {
        let app = TestApp::new().await;
        let ines = app.user("Ines Okafor", Role::Member).await;
        let otto = app.user("Otto Brandt", Role::Member).await.id().to_string();
        made(&app, &ines, "Deploy", &["projects:read"]).await;
        let (service, caller, id) = (app.service.clone(), app.admin.caller.clone(), ines.id());
        let disabling = async {
            if round % 3 == 0 {
                tokio::task::yield_now().await;
            }
            app.service.disable_person(&app.admin.caller, id).await.map(drop)
        };
        let giving = tokio::spawn(async move { service.hand_over_all(&caller, id, &otto).await });
        let (disabled, given) = tokio::join!(disabling, giving);
        assert_eq!((disabled, given.unwrap()), (Ok(()), Ok(1)));
        let line = async |kind: EventKind| {
            let sql = "select id from event where kind = $1";
            let query = sqlx::query_scalar::<_, i64>(sql).bind(kind.as_str());
            query.fetch_one(&mut app.raw().await).await.unwrap()
        };
        let was_disabled = line(EventKind::PersonDisabled).await < line(EventKind::TokensHandedOver).await;
        let is_disabled = app.number("select count(*) from token where disabled_at is not null").await == 1;
        assert_eq!(is_disabled, was_disabled, "round {round}");
    }
}
