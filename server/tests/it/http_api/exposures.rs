//! Secrets that somebody has found: who reports one ends it, learns nothing by it, and only a rotation begins anew.

use crate::support::{Answer, Script, TestApp, form};
use app::{
    domain::{Created, Error, Overlap, Secret, SecretPrefix, TokenForm, TokenId},
    paths,
};
use axum::http::StatusCode;
use serde_json::{Value, json};

const PLACE: &str = "https://github.com/example/app/blob/main/.env";

fn stranger(app: &TestApp) -> Script {
    Script { visitor: app.stranger(), secret: String::new() }
}

async fn report(app: &TestApp, secret: &str) -> Answer {
    let items = json!([{ "secret": secret, "url": PLACE, "source": "gitleaks" }]);
    stranger(app).post("/v1/exposures", &json!({ "items": items })).await
}

/// Reports a secret as its finder does, and expects the answer that all get.
async fn found(app: &TestApp, secret: &str) {
    app.clock.forward(1_000);
    let answer = report(app, secret).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));
}

async fn rotate(app: &TestApp, id: TokenId, seconds: i64) -> Created {
    app.clock.forward(1_000);
    app.service.rotate_token(&app.admin.caller, id, None, Overlap::of_seconds(seconds)).await.unwrap()
}

/// Well formed, but never issued.
fn made_up(number: u8) -> String {
    let random: Vec<u8> = (0..64).map(|at| [number, at, 9, 7][usize::from(at) % 4]).collect();
    Secret::from_random(&SecretPrefix::default(), &random).unwrap().reveal().as_str().to_owned()
}

#[tokio::test]
async fn a_secret_that_was_found_is_dead_at_once_and_its_owner_reads_where_it_was() {
    let app = TestApp::new().await;
    let (asker, script) = (app.asker().await, app.manager().await);
    let made = app.create("Deploy bot").await;
    let (id, secret) = (made.token.id, made.secret.as_str());
    assert_eq!(asker.verdict(secret).await, "valid");
    let last = app.last_line().await;
    found(&app, secret).await;
    assert_eq!(asker.verdict(secret).await, "revoked");
    let token = script.get(&format!("/v1/tokens/{id}")).await.json();
    assert_eq!(token["status"], "exposed");
    let expected = json!({ "at": token["updated_at"], "url": PLACE, "source": "gitleaks" });
    assert_eq!(token["exposed"], expected);
    assert_eq!(script.names("?status=exposed").await, ["Deploy bot"]);
    assert!(script.names("?status=disabled").await.is_empty());

    assert_eq!(app.kinds_after(last).await, ["token.exposed"]);
    let events = script.get("/v1/events?kind=token.exposed").await.json();
    let line = &events["items"][0];
    assert_eq!(line["token_id"], json!(id.to_string()), "{line}");
    for said in [PLACE, "gitleaks", "current", &made.token.secret_hint.to_string()] {
        assert!(line["details"].to_string().contains(said), "{said}: {line}");
    }
    assert!(!events.to_string().contains(secret));

    let page = app.visitor().get(&paths::token(id)).await.text;
    for said in ["data-status=\"Exposed\"", "reported as exposed", PLACE, "“gitleaks”", "Rotate now"] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains(&paths::token_details_prompt(id, "enable")), "nobody is led astray");
    let list = app.visitor().get(paths::TOKENS).await.text;
    assert!(list.contains("<tr data-status=\"Exposed\""));
    let overview = app.visitor().get(paths::OVERVIEW).await.text;
    assert!(overview.contains("href=\"/settings/tokens?status=exposed\""));
}

#[tokio::test]
async fn an_exposed_token_works_again_once_it_is_rotated_and_by_nothing_else() {
    let app = TestApp::new().await;
    let (asker, script, visitor) = (app.asker().await, app.manager().await, app.visitor());
    let made = app.create("Deploy bot").await;
    let id = made.token.id;
    found(&app, made.secret.as_str()).await;
    let before = app.fingerprint().await;
    let refused = script.send("POST", &format!("/v1/tokens/{id}/enable"), &[], "").await;
    assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (409, &json!("exposed")));
    let told = visitor.post_form(&paths::token_disable(id, false), &[("version", "2")]).await;
    assert!(told.status == StatusCode::CONFLICT && told.text.contains("Rotate the token"), "{}", told.text);
    let prompt = visitor.get(&paths::token_disable(id, false)).await;
    assert!(prompt.dialog().contains("Rotate the token") && !prompt.dialog().contains(">Enable</button>"));
    let operator = app.service.set_disabled(&app::domain::Caller::operator(), id, None, false).await;
    assert_eq!(operator.err(), Some(Error::Exposed));
    assert_eq!(app.fingerprint().await, before);

    let prompt = visitor.get(&paths::token_prompt(id, "rotate")).await;
    assert!(prompt.dialog().contains("The exposed secret stays refused."), "{}", prompt.text);
    assert!(!prompt.dialog().contains("Keep the old secret working"), "there is none to keep");
    let rotated = rotate(&app, id, 3_600).await;
    assert_eq!(asker.verdict(rotated.secret.as_str()).await, "valid");
    assert_eq!(asker.verdict(made.secret.as_str()).await, "revoked", "no overlap brings it back");
    let token = script.get(&format!("/v1/tokens/{id}")).await.json();
    assert_eq!((&token["status"], &token["exposed"]), (&json!("active"), &json!(null)));
    let log = app.visitor().get("/settings/audit").await.text;
    assert!(log.contains("it works again"), "{log}");
    let page = visitor.get(&paths::token(id)).await.text;
    assert!(page.contains("data-status=\"Exposed\"") && !page.contains("Rotate now"), "its secrets remember");
}

#[tokio::test]
async fn what_a_person_has_disabled_stays_so_after_the_rotation() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    for is_before in [true, false] {
        let made = app.create(if is_before { "Before" } else { "After" }).await;
        let disable = async || {
            app.clock.forward(1_000);
            app.service
                .set_disabled(&app::domain::Caller::operator(), made.token.id, None, true)
                .await
                .unwrap()
        };
        if is_before {
            disable().await;
        }
        found(&app, made.secret.as_str()).await;
        if !is_before {
            disable().await;
        }
        let page = app.visitor().get(&paths::token(made.token.id)).await.text;
        assert!(page.contains("then enable it"), "{is_before}");
        let rotated = rotate(&app, made.token.id, 0).await;
        assert_eq!(asker.verdict(rotated.secret.as_str()).await, "disabled", "{is_before}");
        app.service.set_disabled(&app.admin.caller, made.token.id, None, false).await.unwrap();
        assert_eq!(asker.verdict(rotated.secret.as_str()).await, "valid", "{is_before}");
    }
}

#[tokio::test]
async fn an_old_secret_that_was_found_ends_alone_and_a_current_one_with_the_old_one() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let first = app.create("Deploy bot").await;
    let id = first.token.id;
    let second = rotate(&app, id, 3_600).await;
    found(&app, first.secret.as_str()).await;
    assert_eq!(asker.verdict(first.secret.as_str()).await, "revoked");
    assert_eq!(asker.verdict(second.secret.as_str()).await, "valid", "nobody has found this one");
    let details = "select details from event where kind = 'token.exposed' order by id desc limit 1";
    let details: String = sqlx::query_scalar(details).fetch_one(&mut app.raw().await).await.unwrap();
    assert!(details.contains("being replaced"), "{details}");

    let third = rotate(&app, id, 3_600).await;
    found(&app, third.secret.as_str()).await;
    assert_eq!(asker.verdict(third.secret.as_str()).await, "revoked");
    assert_eq!(asker.verdict(second.secret.as_str()).await, "disabled", "its token is exposed");
    let fourth = rotate(&app, id, 3_600).await;
    assert_eq!(asker.verdict(second.secret.as_str()).await, "revoked");
    assert_eq!(asker.verdict(fourth.secret.as_str()).await, "valid");
}

#[tokio::test]
async fn whoever_reports_secrets_does_not_learn_which_are_real() {
    let app = TestApp::new().await;
    let (live, ended, gone) = (app.create("Live").await, app.create("Ended").await, app.create("Gone").await);
    app.stranger().revoke(ended.secret.as_str()).await;
    app.service.delete_token(&app.admin.caller, gone.token.id).await.unwrap();
    let unknown = made_up(1);
    for secret in
        [live.secret.as_str(), ended.secret.as_str(), gone.secret.as_str(), &unknown, "nonsense", "", "é"]
    {
        found(&app, secret).await;
    }
    // What is known is written down once.
    let before = app.fingerprint().await;
    for secret in [live.secret.as_str(), ended.secret.as_str(), gone.secret.as_str()] {
        found(&app, secret).await;
    }
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(app.number("select count(*) from event where kind = 'token.exposed'").await, 3);
    // A credential is neither needed nor looked at.
    let asked = app.script(&["projects:read"]).await;
    assert_eq!(asked.post("/v1/exposures", &json!({ "items": [] })).await.status, 204);
}

#[tokio::test]
async fn among_too_many_unknown_secrets_the_known_ones_end_all_the_same() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let made = app.create("Deploy bot").await;
    let nat = Script { visitor: app.stranger().coming_from([203, 0, 113, 7].into()), secret: String::new() };
    let mut items: Vec<Value> = (0..99).map(|number| json!({ "secret": made_up(number) })).collect();
    items.push(json!({ "secret": made.secret.as_str() }));
    let mut statuses = Vec::new();
    // The budget refills over time, so a slow machine needs more of them.
    while statuses.len() < 30 && !statuses.contains(&429) {
        statuses.push(nat.post("/v1/exposures", &json!({ "items": items })).await.status.as_u16());
    }
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    assert_eq!(asker.verdict(made.secret.as_str()).await, "revoked");
    let other = app.create("Other").await;
    items[99] = json!({ "secret": other.secret.as_str() });
    assert_eq!(nat.post("/v1/exposures", &json!({ "items": items })).await.status, 429);
    assert_eq!(asker.verdict(other.secret.as_str()).await, "revoked");
    found(&app, &made_up(200)).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_report_is_pointed_at_and_ends_nothing() {
    let app = TestApp::new().await;
    let secret = app.create("Deploy bot").await.secret;
    let before = app.fingerprint().await;
    let item = |url: &str, source: &str| json!({ "secret": secret.as_str(), "url": url, "source": source });
    let many: Vec<Value> = (0..101).map(|_| json!({ "secret": "x" })).collect();
    for (items, fault) in [
        (json!([item("", ""), item("javascript:alert(1)", "")]), "/items/1/url malformed"),
        (json!([item("https://example.com/a b", "")]), "/items/0/url malformed"),
        (json!([item(&format!("https://example.com/{}", "x".repeat(2_000)), "")]), "/items/0/url too_long"),
        (json!([item("", "a\u{202e}b")]), "/items/0/source invisible_character"),
        (json!([item("", &"x".repeat(101))]), "/items/0/source too_long"),
        (json!([{ "url": PLACE }]), "/items/0 type"),
        (json!([{ "secret": 7 }]), "/items/0/secret type"),
        (json!([{ "secret": "x", "more": 1 }]), "/items/0/more type"),
        (json!({}), "/items type"),
        (json!(many), "/items too_many"),
    ] {
        let refused = stranger(&app).post("/v1/exposures", &json!({ "items": items })).await;
        assert_eq!((refused.status.as_u16(), refused.faults()), (422, vec![fault.to_owned()]), "{items}");
    }
    let large = format!("{{\"items\":[]}}{}", " ".repeat(app::domain::BODY_BYTES_MAX));
    for (kind, body, status) in [
        ("text/plain", "{\"items\":[]}", 415),
        ("application/json", "{", 400),
        ("application/json", "", 400),
        ("application/json", &large, 413),
    ] {
        let refused = stranger(&app).post_as("/v1/exposures", kind, body).await;
        assert_eq!(refused.status, status, "{kind} {}", refused.text);
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn no_secret_is_kept_with_what_is_said_about_it() {
    let app = TestApp::new().await;
    let (one, other) = (app.create("One").await, app.create("Other").await);
    let url = format!("https://example.com/?key={}", other.secret.as_str());
    let items = json!([
        { "secret": one.secret.as_str(), "url": url, "source": one.secret.as_str() },
        { "secret": other.secret.as_str(), "url": PLACE, "source": "trufflehog" },
    ]);
    let answer = stranger(&app).post("/v1/exposures", &json!({ "items": items })).await;
    assert_eq!(answer.status, 204);
    let exposed = async |id| app.service.token(&app.admin.caller, id).await.unwrap().exposed.unwrap();
    let (one, other) = (exposed(one.token.id).await, exposed(other.token.id).await);
    assert_eq!((one.url.as_str(), one.by.as_str()), ("", ""));
    assert_eq!((other.url.as_str(), other.by.as_str()), (PLACE, "trufflehog"));
    assert_eq!(app.number("select count(*) from event where details like '%key=%'").await, 0);
}

#[tokio::test]
async fn an_exposed_token_keeps_everything_but_its_secret_wherever_it_goes() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let ines = app.user("Ines Okafor", app::domain::Role::Member).await;
    let wanted = TokenForm { metadata: Some("env: prod".into()), ..form("Deploy", &["projects:read"]) };
    let made = app.made(&wanted).await;
    let id = made.token.id;
    found(&app, made.secret.as_str()).await;
    app.service.hand_over_token(&app.admin.caller, id, &ines.id().to_string()).await.unwrap();
    let hers = app.service.token(&ines.caller, id).await.unwrap();
    assert!(hers.exposed.is_some(), "its new owner has to rotate it, too");
    app.service.delete_token(&ines.caller, id).await.unwrap();
    app.service.restore_token(&ines.caller, id, None, None).await.unwrap();
    let restored = app.service.token(&ines.caller, id).await.unwrap();
    assert_eq!(restored.exposed, None, "its new secret was not found by anybody");
    assert_eq!(restored.metadata.as_str(), "env: prod\n");
    assert_eq!(asker.verdict(made.secret.as_str()).await, "revoked");
}
