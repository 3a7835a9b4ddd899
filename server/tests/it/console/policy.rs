//! The rules of a workspace wherever a token is made: the longest lifetime, the prefix of new secrets, and idleness.

use crate::support::{Script, TestApp, TestUser, form};
use app::{
    domain::{
        Created, Error, Field, ImportRow, Overlap, PromptData, Role, TokenForm, TokenId, TokenStatus,
        WorkspaceEdit, WorkspaceForm,
    },
    service::{ImportReport, KeyDigest},
};
use serde_json::{Value, json as value};

const NINETY: &str = "Tokens may live at most 90 days here: until 21 Feb 2027.";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Changes the workspace from whatever is stored.
async fn choose(app: &TestApp, change: impl FnOnce(&mut WorkspaceForm)) {
    let stored = app.service.general(&app.admin.caller).await.unwrap().workspace;
    let mut form = WorkspaceForm::of(&stored);
    change(&mut form);
    let confirmed = form.parse(0).unwrap().policy.code();
    let edit = WorkspaceEdit { confirmed, ..WorkspaceEdit::of(form, stored.version) };
    app.service.change_workspace(&app.admin.caller, &edit).await.unwrap();
}

async fn ninety_days(app: &TestApp) {
    choose(app, |form| form.lifetime_days = "90".into()).await;
}

fn ending(name: &str, end: &str) -> TokenForm {
    TokenForm { expires_at: Some(end.into()), ..form(name, &["projects:read"]) }
}

fn said_of_the_end<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    let error = result.unwrap_err();
    error.detail_for(Field::ExpiresAt).unwrap_or_else(|| panic!("{error:?}")).to_owned()
}

async fn edit(
    app: &TestApp,
    of: &TestUser,
    id: TokenId,
    version: i64,
    form: &TokenForm,
) -> Result<(), Error> {
    app.service.edit_token(&of.caller, id, version, form).await.map(|_| ())
}

#[tokio::test]
async fn the_longest_lifetime_binds_everybody_who_makes_a_token() {
    let app = TestApp::new().await;
    let member = app.user("Ines Okafor", Role::Member).await;
    ninety_days(&app).await;
    for caller in [&app.admin.caller, &member.caller] {
        let create = async |end: &str| app.service.create_token(caller, &ending("Sync", end)).await;
        assert_eq!(said_of_the_end(create("2027-02-22").await), NINETY);
        assert_eq!(said_of_the_end(create("").await), format!("{NINETY} Choose a day."));
        assert_eq!(
            said_of_the_end(create("2020-01-01").await.map(|_| ())),
            "This date has passed. Choose a later one, or none."
        );
        create("2027-02-21").await.unwrap();
    }
}

#[tokio::test]
async fn every_door_says_the_rule_beside_the_end() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let kept = app.made(&ending("Kept", "2028-01-01")).await.token;
    ninety_days(&app).await;
    let visitor = app.visitor();

    let fields = [("name", "Form"), ("permissions", "projects:read"), ("expires_at", "2027-02-22")];
    let answer = visitor.post_form("/settings/tokens/new", &fields).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains(&format!("id=\"token-expires-error\" class=\"field-error\">{NINETY}")),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("value=\"2027-02-22\""), "what was typed stays");

    let call = [("name", "Call"), ("permissions", "projects:read"), ("expires_at", "")];
    let answer = visitor.change("create_token", &call).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("\"required\"") && answer.text.contains(NINETY), "{}", answer.text);

    let (id, edited) = (kept.id.to_string(), [("name", "Kept"), ("permissions", "projects:read")]);
    let seen = [("id", id.as_str()), ("version", "1"), ("expires_at", "2027-12-31")];
    let answer = visitor.change("edit_token", &[&seen[..], &edited].concat()).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("\"too_late\"") && answer.text.contains(NINETY), "{}", answer.text);

    let posted = async |end: Value| {
        let body = value!({ "name": "Posted", "permissions": ["projects:read"], "expires_at": end });
        script.post("/v1/tokens", &body).await
    };
    for (end, code) in [(value!("2027-02-22T00:00:00.001Z"), "too_late"), (value!(null), "required")] {
        let answer = posted(end).await;
        assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![format!("/expires_at {code}")]));
        assert!(answer.text.contains(NINETY), "{}", answer.text);
    }
    assert_eq!(posted(value!("2027-02-22T00:00:00Z")).await.status, 201);

    patch(&script, kept.id, &value!({ "expires_at": "2027-12-31T00:00:00Z" }), 422).await;
    patch(&script, kept.id, &value!({ "expires_at": null }), 422).await;
    patch(&script, kept.id, &value!({ "description": "Still there" }), 200).await;
}

async fn patch(script: &Script, id: TokenId, body: &Value, status: u16) {
    let answer = script.patch(&id.to_string(), "\"1\"", body).await;
    assert_eq!(answer.status, status, "{body}: {}", answer.text);
    assert!(status == 200 || answer.text.contains(NINETY), "{}", answer.text);
}

#[tokio::test]
async fn a_token_that_breaks_a_newer_rule_stays_and_a_changed_end_has_to_keep_it() {
    let app = TestApp::new().await;
    let (never, late) = (app.made(&ending("Never", "")).await, app.made(&ending("Late", "2028-01-01")).await);
    let asker = app.asker().await;
    ninety_days(&app).await;
    for (Created { token, secret }, end, name) in [(never, "", "Never"), (late, "2028-01-01", "Late")] {
        assert_eq!(asker.verdict(secret.as_str()).await, "valid");
        let admin = &app.admin;
        edit(&app, admin, token.id, 1, &ending(&format!("{name} more"), end)).await.unwrap();
        edit(&app, admin, token.id, 2, &form(name, &["projects:read"])).await.unwrap();
        for other in ["2027-06-01", "2029-01-01"] {
            assert_eq!(said_of_the_end(edit(&app, admin, token.id, 3, &ending(name, other)).await), NINETY);
        }
        edit(&app, admin, token.id, 3, &ending(name, "2027-02-21")).await.unwrap();
        let refused = edit(&app, admin, token.id, 4, &ending(name, end)).await;
        assert!(said_of_the_end(refused).starts_with(NINETY), "there is no way back");
        app.service.rotate_token(&admin.caller, token.id, None, Overlap::of_seconds(0)).await.unwrap();
    }
}

#[tokio::test]
async fn prompts_say_the_rule_before_anything_is_sent() {
    let app = TestApp::new().await;
    let (kept, fine) =
        (app.made(&ending("Kept", "")).await.token, app.made(&ending("Fine", "2026-12-01")).await.token);
    let rule = async |id: Option<TokenId>| {
        let id = id.map(|id| id.to_string());
        let PromptData { expiry_rule, .. } =
            app.service.prompt(&app.admin.caller, id.as_deref(), false, None).await.unwrap();
        expiry_rule
    };
    assert_eq!(rule(None).await, "Leave empty for no expiry.");
    ninety_days(&app).await;
    assert_eq!(rule(None).await, NINETY);
    assert_eq!(rule(Some(fine.id)).await, NINETY);
    assert_eq!(rule(Some(kept.id)).await, format!("{NINETY} This one may stay as it is."));
    let page = app.visitor().get("/settings/tokens/new").await.text;
    assert!(page.contains(&format!(
        "id=\"token-expires-hint\" class=\"field-hint\">Expires at the end of this day (UTC). {NINETY}</p>"
    )));
    choose(&app, |form| (form.lifetime_days, form.expiry_required) = (String::new(), true)).await;
    assert_eq!(rule(None).await, "Every token has to expire here.");
    let refused = app.service.create_token(&app.admin.caller, &ending("Sync", "")).await;
    assert_eq!(said_of_the_end(refused), "Every token has to expire here. Choose a day.");
}

#[tokio::test]
async fn a_new_prefix_counts_at_once_and_what_is_out_there_stays_valid() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let old = app.create("Old").await;
    // A key made elsewhere that looks like a secret with the prefix to come, but for its checksum.
    let foreign = "acme_0123456789abcdef0123456789abcdef0123";
    let digest = KeyDigest::of(foreign.as_bytes());
    let sha256 = digest.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let row =
        ImportRow { line: 1, form: form("Foreign", &["projects:read"]), sha256, ..ImportRow::default() };
    let imported = app.service.import_tokens(&app.admin.caller, &[row], false).await;
    assert_eq!(imported, Ok(ImportReport::Whole(1)));
    choose(&app, |form| form.prefix = "acme".into()).await;
    let new = app.create("New").await;
    let rotated = app
        .service
        .rotate_token(&app.admin.caller, new.token.id, None, Overlap::of_seconds(3_600))
        .await
        .unwrap();
    assert!(new.secret.as_str().starts_with("acme_") && rotated.secret.as_str().starts_with("acme_"));
    assert_eq!(new.token.secret_hint.prefix, "acme");
    for secret in [old.secret.as_str(), new.secret.as_str(), rotated.secret.as_str(), foreign] {
        assert_eq!(asker.verdict(secret).await, "valid", "{secret}");
    }
    choose(&app, |form| form.prefix = String::new()).await;
    assert!(app.create("Newer").await.secret.as_str().starts_with("tkr_"));
    assert_eq!(asker.verdict(rotated.secret.as_str()).await, "valid");
}

#[tokio::test]
async fn tokens_are_idle_after_as_many_days_as_are_chosen() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let made = app.create("Quiet").await.token;
    let status = async || {
        let token = app.service.token(&app.admin.caller, made.id).await.unwrap();
        let idle = script.names("?status=idle").await.contains(&"Quiet".to_owned());
        assert_eq!(idle, token.status(app.service.now()) == TokenStatus::Idle);
        token.status(app.service.now())
    };
    app.clock.forward(3 * DAY_MS);
    assert_eq!(status().await, TokenStatus::Active);
    choose(&app, |form| form.idle_days = "3".into()).await;
    assert_eq!(status().await, TokenStatus::Active, "not before the moment has passed");
    app.clock.forward(1);
    assert_eq!(status().await, TokenStatus::Idle);
    choose(&app, |form| form.idle_days = "4".into()).await;
    assert_eq!(status().await, TokenStatus::Active);
}
