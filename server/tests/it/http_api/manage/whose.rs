//! A token changes only the tokens that it may, and a change tells it nothing about them.

use crate::support::{Answer, Script, TestApp, form};
use app::{
    domain::{Caller, Credential, Error, Power, Role, Token},
    service::Service,
};
use serde_json::{Value, json};

/// Every change to a token, as a method and the end of the path.
const CHANGES: [(&str, &str); 5] =
    [("PATCH", ""), ("POST", "/disable"), ("POST", "/enable"), ("POST", "/rotate"), ("DELETE", "")];

async fn change(script: &Script, method: &str, id: &str, place: &str) -> Answer {
    let body = if method == "PATCH" { json!({ "description": "x" }).to_string() } else { String::new() };
    let headers = match method {
        "PATCH" => vec![("content-type", "application/json"), ("if-match", "\"1\"")],
        _ => vec![],
    };
    script.send(method, &format!("/v1/tokens/{id}{place}"), &headers, &body).await
}

/// A token of Ines's, who is a member.
async fn theirs(app: &TestApp) -> Token {
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.service.create_token(&ines.caller, &form("Hers", &["projects:read"])).await.unwrap().token
}

#[tokio::test]
async fn other_peoples_tokens_need_a_permission_of_their_own() {
    let app = TestApp::new().await;
    let id = theirs(&app).await.id.to_string();
    let script = app.script(&["tokenry.tokens:read", "tokenry.tokens:write", "projects:read"]).await;
    assert!(script.names("").await.contains(&"Hers".to_owned()), "to read is to see everybody's");
    let before = app.data().await;
    for (method, place) in CHANGES {
        let last = app.last_line().await;
        let answer = change(&script, method, &id, place).await;
        let missing = json!(["tokenry.tokens:write-all"]);
        assert_eq!((answer.status.as_u16(), &answer.json()["missing"]), (403, &missing), "{method} {place}");
        assert_eq!(app.kinds_after(last).await, ["refused"], "{method} {place}");
    }
    assert_eq!(app.data().await, before);
    // A token may change those of its own owner, whoever made them.
    let own = app.made(&form("Own", &["projects:read"])).await.token.id.to_string();
    assert_eq!(change(&script, "POST", &own, "/disable").await.status, 200);
    let all = ["tokenry.tokens:write", "tokenry.tokens:write-all", "projects:read"];
    let script = app.script(&all).await;
    for (method, place) in CHANGES {
        let answer = change(&script, method, &id, place).await;
        assert!(answer.status.is_success(), "{method} {place}: {}", answer.text);
    }
}

#[tokio::test]
async fn to_change_everybodys_tokens_does_not_stand_alone() {
    let app = TestApp::new().await;
    let id = theirs(&app).await.id.to_string();
    let script = app.script(&["tokenry.tokens:write-all", "projects:read"]).await;
    for (method, place) in CHANGES {
        let answer = change(&script, method, &id, place).await;
        let missing = json!(["tokenry.tokens:write"]);
        assert_eq!((answer.status.as_u16(), &answer.json()["missing"]), (403, &missing), "{method} {place}");
    }
}

#[tokio::test]
async fn who_may_not_read_does_not_learn_that_somebody_else_has_a_token() {
    let app = TestApp::new().await;
    let id = theirs(&app).await.id.to_string();
    let script = app.script(&["tokenry.tokens:write", "projects:read"]).await;
    let before = app.data().await;
    for (method, place) in CHANGES {
        let last = app.last_line().await;
        let mut answers = Vec::new();
        for id in [id.as_str(), "01234567-89ab-7def-8123-456789abcdef"] {
            let answer = change(&script, method, id, place).await;
            assert_eq!(answer.status, 404, "{method} {place}: {}", answer.text);
            answers.push(answer.without(&[answer.headers["x-request-id"].to_str().unwrap()]));
        }
        assert_eq!(answers[0], answers[1], "{method} {place}");
        assert_eq!(app.kinds_after(last).await, ["refused", "refused"], "{method} {place}");
    }
    assert_eq!(app.data().await, before);
}

fn members(token: &Value) -> Vec<&str> {
    token.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn to_change_a_token_is_not_to_read_it() {
    let app = TestApp::new().await;
    let id = app.made(&form("Own", &["projects:read"])).await.token.id.to_string();
    let script = app.script(&["tokenry.tokens:write", "projects:read"]).await;
    // A request that has nothing to do changes nothing, and its answer shows that.
    for (method, place, version) in
        [("POST", "/enable", 1), ("POST", "/disable", 2), ("POST", "/disable", 2), ("POST", "/enable", 3)]
    {
        let answer = change(&script, method, &id, place).await;
        assert_eq!(answer.json(), json!({ "id": id, "version": version }), "{method} {place}");
        assert_eq!(answer.headers["etag"], format!("\"{version}\""));
    }
    let patched = script.patch(&id, "\"3\"", &json!({ "description": "x" })).await;
    assert_eq!(patched.json(), json!({ "id": id, "version": 4 }));
    let rotated = script.post(&format!("/v1/tokens/{id}/rotate"), &json!({})).await.json();
    assert_eq!(rotated["token"], json!({ "id": id, "version": 5 }));
    assert!(rotated["secret"].as_str().unwrap().starts_with("tkr_"));
    // A token may see those that it made itself. One that may read sees everything.
    let made = script.make("Made").await["token"].clone();
    assert!(members(&made).contains(&"permissions"), "{made}");
    let made = made["id"].as_str().unwrap();
    assert!(members(&change(&script, "POST", made, "/disable").await.json()).contains(&"name"));
    let reader = app.script(&["tokenry.tokens:write", "tokenry.tokens:read", "projects:read"]).await;
    assert!(members(&change(&reader, "POST", &id, "/disable").await.json()).contains(&"permissions"));
}

/// A caller who came with a token of the admin's that has these permissions.
fn with_token(app: &TestApp, permissions: &[&str]) -> Caller {
    let power = Power {
        permissions: permissions.iter().map(|p| p.parse().unwrap()).collect(),
        expires_at: None,
        allowed_addresses: app::domain::AllowedAddresses::default(),
        rate_limit: None,
    };
    let id = "01234567-89ab-7def-8123-456789abcdef".parse().unwrap();
    Caller { credential: Credential::Token { id, power }, ..app.admin.caller.clone() }
}

/// The error of the service for each way of reading, or nothing.
async fn refused(service: &Service, caller: &Caller, token: &Token) -> Vec<Option<Error>> {
    let (permission, audit) = ("projects:read".parse().unwrap(), app::domain::AuditFilter::default());
    let (query, list) = (list_query(), app::domain::TokenListForm::default());
    vec![
        service.list_tokens(caller, &query).await.err(),
        service.export_tokens(caller, &query, None).await.err(),
        service.token_page(caller, &list).await.err(),
        service.token_choices(caller).await.err(),
        service.token(caller, token.id).await.err(),
        service.token_record(caller, token.id, "").await.err(),
        service.overview(caller, "").await.err(),
        service.deleted_tokens(caller, None).await.err(),
        service.permissions(caller).await.err(),
        service.holders(caller, &[permission], 1).await.err(),
        service.people(caller, None).await.err(),
        service.audit(caller, &app::domain::AuditForm::default()).await.err(),
        service.export(caller, &audit, i64::MAX).await.err(),
    ]
}

fn list_query() -> app::domain::TokenQuery {
    let (filter, sort) = (app::domain::TokenFilter::default(), app::domain::TokenSort::default());
    app::domain::TokenQuery { filter, sort, cursor: None, limit: 10 }
}

#[tokio::test]
async fn the_service_asks_for_the_permission_whichever_door_leads_to_it() {
    let app = TestApp::new().await;
    let token = app.create("Own").await.token;
    let weak = with_token(&app, &["tokenry.tokens:write", "tokenry.tokens:write-all", "projects:read"]);
    for (at, error) in refused(&app.service, &weak, &token).await.into_iter().enumerate() {
        assert!(matches!(error, Some(Error::PermissionMissing { .. })), "{at}: {error:?}");
    }
    let able = with_token(&app, &["tokenry.tokens:read", "tokenry.people:read", "tokenry.audit:read"]);
    assert_eq!(refused(&app.service, &able, &token).await, vec![None; 13]);
    assert_eq!(refused(&app.service, &app.admin.caller, &token).await, vec![None; 13]);
}
