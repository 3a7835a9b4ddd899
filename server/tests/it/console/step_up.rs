//! The most harmful actions ask for a sign-in within the last hour, and then go on with what was typed.

use crate::support::{Answer, PASSWORD, TestApp, TestUser, Visitor, form};
use app::{
    domain::{FRESH_SIGN_IN_MS, PersonId, Role, TokenId},
    paths,
};
use axum::http::{StatusCode, header};

const ASKED: &str = "This needs a sign-in within the last hour.";

/// An admin who signed in an hour ago, with people and tokens to act on.
struct Stale {
    app: TestApp,
    ines: TestUser,
    otto: TestUser,
    hers: TokenId,
    gone: TokenId,
    managing: TokenId,
    team: PersonId,
    machine: PersonId,
    asleep: PersonId,
    request: String,
}

/// The address, the fields, and the status after a recent sign-in.
type Try = (String, Vec<(&'static str, String)>, u16);

impl Stale {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let (ines, otto) =
            (app.user("Ines Okafor", Role::Member).await, app.user("Otto Brandt", Role::Admin).await);
        let token = async |caller, name: &str, permission: &str| {
            app.service.create_token(caller, &form(name, &[permission])).await.unwrap().token.id
        };
        let hers = token(&ines.caller, "Hers", "projects:read").await;
        let gone = token(&ines.caller, "Gone", "projects:read").await;
        let managing = token(&app.admin.caller, "Managing", "tokenry.tokens:read").await;
        app.service.delete_token(&ines.caller, gone).await.unwrap();
        let (team, asleep) = (app.group("Platform").await, app.group("Retired").await);
        let machine = app.service_account("Nightly builds", None).await;
        app.service.set_account_disabled(&app.admin.caller, asleep, true).await.unwrap();
        app.tighten().await;
        app.grant(ines.id(), "projects:*").await;
        let request = app.asked(&ines, "billing:read").await;
        app.clock.forward(FRESH_SIGN_IN_MS);
        Self { app, ines, otto, hers, gone, managing, team, machine, asleep, request }
    }

    /// Everything that needs a recent sign-in.
    fn tries(&self) -> Vec<Try> {
        let (ines, otto) = (self.ines.id(), self.otto.id());
        let person = |id, prompt: &str| format!("/settings/people/{id}/{prompt}");
        let field = |name, value: &str| (name, value.to_owned());
        let invite =
            |role| vec![field("name", "Noor"), field("email", "noor@example.com"), field("role", role)];
        let own = [
            field("name", "Managing more"),
            field("permissions", "tokenry.tokens:read"),
            field("permissions", "tokenry.tokens:write"),
        ];
        let edit = own.iter().cloned().chain([field("version", "1")]).collect();
        let general = [("version", "1"), ("name", ""), ("idle_days", "30"), ("undo_days", "7")];
        let general = general.map(|(name, value)| field(name, value)).to_vec();
        let bulk = [("action", "hand-over".to_owned()), ("tokens", format!("{}.1", self.hers))];
        let bulk = bulk.into_iter().chain([("owner", otto.to_string())]).collect();
        let account = |id, prompt: &str| format!("/settings/accounts/{id}/{prompt}");
        let member =
            vec![("id", self.team.to_string()), ("member", ines.to_string()), field("is_steward", "true")];
        let grants = vec![("id", self.team.to_string()), field("seen", ""), field("grants", "billing:*")];
        let stewards = vec![
            ("id", self.machine.to_string()),
            field("name", "Nightly builds"),
            ("stewards", self.team.to_string()),
        ];
        let answer = vec![("id", self.request.clone()), field("answer", "grant")];
        vec![
            (paths::PERSON_NEW.to_owned(), invite("viewer"), 201),
            (person(ines, "role"), vec![field("role", "viewer")], 303),
            (person(ines, "link"), vec![], 201),
            (person(ines, "hand-over"), vec![("owner", otto.to_string())], 303),
            (person(otto, "disable"), vec![], 303),
            (paths::TOKEN_NEW.to_owned(), own.to_vec(), 201),
            (paths::token_edit(self.managing), edit, 303),
            (paths::token_rotate(self.hers), vec![field("overlap_seconds", "0")], 201),
            (paths::token_rotate(self.managing), vec![field("overlap_seconds", "0")], 201),
            (paths::token_restore(self.gone), vec![], 201),
            (paths::token_hand_over(self.hers), vec![("owner", otto.to_string())], 303),
            (paths::TOKENS_BULK.to_owned(), bulk, 200),
            (account(self.team, "member"), member, 303),
            (account(self.team, "grants"), grants, 303),
            (account(self.machine, "edit"), stewards, 303),
            (account(self.asleep, "enable"), vec![("id", self.asleep.to_string())], 303),
            (paths::request_answer(&self.request), answer, 303),
            (paths::AUDIT_EXPORT.to_owned(), vec![field("kind", "token.created")], 303),
            (paths::GENERAL.to_owned(), general, 303),
        ]
    }
}

async fn post(visitor: &Visitor, path: &str, fields: &[(&'static str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    visitor.post_form(path, &fields).await
}

/// The fields that the page carries along, to be sent again.
fn kept(answer: &Answer) -> Vec<(String, String)> {
    let inputs = answer.text.split("<input type=\"hidden\" name=\"").skip(1);
    let pair = |rest: &str| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        let value = rest.split('"').next().unwrap();
        let value = value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
        (name.to_owned(), value.replace("&#x27;", "'").replace("&amp;", "&"))
    };
    inputs.map(pair).collect()
}

#[tokio::test]
async fn what_could_harm_most_asks_for_the_password_and_then_does_what_was_meant() {
    let count = Stale::new().await.tries().len();
    for n in 0..count {
        let stale = Stale::new().await;
        let app = &stale.app;
        if n == count - 1 {
            app.run("update workspace set expiry_required = true").await;
        }
        let (path, mut fields, status) = stale.tries().swap_remove(n);
        let (visitor, before, last) = (app.visitor(), app.data().await, app.last_line().await);
        let asked = post(&visitor, &path, &fields).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "{path}: {}", asked.text);
        assert!(asked.text.contains(ASKED) && asked.text.contains("type=\"password\""), "{path}");
        assert!(asked.text.contains(&format!("action=\"{path}\"")), "{path}: {}", asked.text);
        assert_eq!(app.data().await, before, "{path}");
        assert_eq!(app.kinds_after(last).await, ["refused"], "{path}");
        let sent: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        assert_eq!(kept(&asked), sent, "{path}: nothing is lost");

        fields.push(("sign_in_again", PASSWORD.to_owned()));
        let done = post(&visitor, &path, &fields).await;
        assert_eq!(done.status, status, "{path}: {}", done.text);
        assert!(!done.text.contains(PASSWORD) && !done.header(header::LOCATION).contains("violet"), "{path}");
        let kinds = app.kinds_after(last).await;
        assert_eq!(kinds[..2], ["refused", "session.signed_in"], "{path}");
        // The old key opens nothing any more, and the new one counts as a recent sign-in.
        assert_eq!(visitor.get(paths::TOKENS).await.status, StatusCode::SEE_OTHER, "{path}");
        let fresh = app.stranger().having_kept(&done);
        let link = format!("/settings/people/{}/link", stale.ines.id());
        assert_eq!(fresh.post_form(&link, &[]).await.status, StatusCode::CREATED, "{path}");
    }
}

#[tokio::test]
async fn what_harms_less_goes_on() {
    let stale = Stale::new().await;
    let visitor = stale.app.visitor();
    let token = [("name", "Mine"), ("permissions", "projects:read")];
    assert_eq!(visitor.post_form(paths::TOKEN_NEW, &token).await.status, StatusCode::CREATED);
    let stay = [
        ("name", "Managing"),
        ("permissions", "tokenry.tokens:read"),
        ("description", "x"),
        ("version", "1"),
    ];
    let edit = paths::token_edit(stale.managing);
    assert_eq!(visitor.post_form(&edit, &stay).await.status, StatusCode::SEE_OTHER, "no wider than it was");
    let stricter =
        [("version", "1"), ("name", ""), ("lifetime_days", "90"), ("idle_days", "30"), ("undo_days", "7")];
    let asked = visitor.post_form(paths::GENERAL, &stricter).await;
    assert_eq!(asked.status, StatusCode::CONFLICT, "stricter rules ask about tokens, and for no password");
    for (path, status) in [
        (format!("/settings/people/{}/disable", stale.ines.id()), StatusCode::SEE_OTHER),
        (format!("/settings/people/{}/sign-out", stale.ines.id()), StatusCode::SEE_OTHER),
        (paths::token_disable(stale.hers, true), StatusCode::SEE_OTHER),
        (paths::token_delete(stale.hers), StatusCode::SEE_OTHER),
    ] {
        assert_eq!(visitor.post_form(&path, &[]).await.status, status, "{path}: ending waits for nobody");
    }
}

#[tokio::test]
async fn a_wrong_password_keeps_what_was_typed_and_is_as_rare_as_at_sign_in() {
    let stale = Stale::new().await;
    let app = &stale.app;
    let (visitor, before, last) = (app.visitor(), app.data().await, app.last_line().await);
    let name = "O\"Neil & <Sons>";
    let wrong = async |password: &str| {
        let fields =
            [("name", name), ("email", "noor@example.com"), ("role", "viewer"), ("sign_in_again", password)];
        visitor.post_form(paths::PERSON_NEW, &fields).await
    };
    for _ in 0..10 {
        let answer = wrong("seventeen violet kettle").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains("This is not your current password."), "{}", answer.text);
        assert_eq!(kept(&answer)[0], ("name".to_owned(), name.to_owned()));
        assert!(!answer.text.contains("violet kettle") && answer.cookie("tokenry").is_none());
    }
    let throttled = wrong(PASSWORD).await;
    assert_eq!(throttled.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!throttled.header(header::RETRY_AFTER).is_empty());
    assert_eq!(kept(&throttled)[0].1, name);
    assert_eq!(app.data().await, before);
    let kinds = app.kinds_after(last).await;
    assert_eq!(kinds[..10], ["password.refused"; 10]);
    assert_eq!(kinds[10..], ["session.sign_in_throttled"]);
}

#[tokio::test]
async fn no_password_and_no_code_stands_in_the_page_that_asks() {
    let stale = Stale::new().await;
    let link = format!("/settings/people/{}/link", stale.ines.id());
    let fields =
        [("password", "p1"), ("again", "p2"), ("current_password", "p3"), ("code", "p4"), ("role", "kept")];
    let asked = stale.app.visitor().post_form(&link, &[]).await;
    assert_eq!(kept(&asked), []);
    // Unknown fields are refused before the page asks. After a wrong password they are dropped.
    let fields: Vec<_> = fields.into_iter().chain([("sign_in_again", "wrong")]).collect();
    let asked = stale.app.visitor().post_form(&link, &fields).await;
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(kept(&asked), [pair("role", "kept"), pair("sign_in_dropped", "1")]);
    assert!(!asked.text.contains("value=\"p"), "{}", asked.text);
}

#[tokio::test]
async fn another_site_cannot_sign_anybody_in_again() {
    let stale = Stale::new().await;
    let body =
        format!("name=Eve&email=eve%40example.com&role=admin&sign_in_again={}", PASSWORD.replace(' ', "+"));
    let request = Visitor::request("POST", paths::PERSON_NEW)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let before = stale.app.fingerprint().await;
    let answer = stale.app.visitor().send(request.body(body.into()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(stale.app.fingerprint().await, before);
}

#[tokio::test]
async fn server_functions_say_so_and_the_same_as_a_plain_form_goes_on() {
    let stale = Stale::new().await;
    let visitor = stale.app.visitor();
    let wanted = "name=Managing+more&permissions=tokenry.tokens%3Awrite";
    let refused = visitor.post("/_fn/create_token", "application/x-www-form-urlencoded", wanted).await;
    assert_eq!((refused.status, refused.text.as_str()), (StatusCode::FORBIDDEN, "\"sign_in_again\""));
    let path = format!("{}?status=active", paths::TOKEN_NEW);
    let fields = [("name", "Managing more"), ("permissions", "tokenry.tokens:write")];
    let asked = visitor.post_form(&path, &fields).await;
    assert!(asked.text.contains(&format!("action=\"{path}\"")), "{}", asked.text);
    let fields: Vec<_> = fields.into_iter().chain([("sign_in_again", PASSWORD)]).collect();
    let made = visitor.post_form(&path, &fields).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert!(made.secret().is_some());
}

#[tokio::test]
async fn the_audit_log_is_exported_from_its_own_page_after_signing_in_again() {
    let stale = Stale::new().await;
    let visitor = stale.app.visitor();
    // The form names the person who filled it in, so it also works after the session has ended.
    let page = visitor.get("/settings/audit?kind=token.created").await.text;
    let form =
        page.split("action=\"/settings/audit/export\"").nth(1).unwrap().split("</form>").next().unwrap();
    let id = stale.app.admin.id().to_string();
    assert!(form.contains(&format!("name=\"filled_in_by\" value=\"{id}\"")), "{form}");
    let fields = [
        ("kind", "token.created"),
        ("filled_in_by", &id),
        ("sign_in_email", "ada@example.com"),
        ("sign_in_again", PASSWORD),
    ];
    let back = stale.app.stranger().post_form(paths::AUDIT_EXPORT, &fields).await;
    assert_eq!(back.header(header::LOCATION), "/settings/audit?kind=token.created");
    let fields = [("kind", "token.created"), ("sign_in_again", PASSWORD)];
    let back = visitor.post_form(paths::AUDIT_EXPORT, &fields).await;
    assert_eq!(back.header(header::LOCATION), "/settings/audit?kind=token.created");
    let fresh = stale.app.stranger().having_kept(&back);
    let table = fresh.post_form(paths::AUDIT_EXPORT, &[("kind", "token.created")]).await;
    assert_eq!(table.status, StatusCode::OK);
    assert_eq!(table.text.lines().count(), 1 + 3);
}
