//! A token can use the power that it has, and gives none that it does not have.

use crate::support::{ALL_OWN, TestApp, Visitor, form};
use app::domain::Role;
use axum::{body::Body, http::header};
use serde_json::json;

/// The requests that each of Tokenry's own permissions opens by itself.
const OPENS: [(&str, &str, &str, u16); 9] = [
    ("tokenry.tokens:verify", "POST", "/v1/verify", 200),
    ("tokenry.tokens:read", "GET", "/v1/tokens", 200),
    ("tokenry.tokens:read", "GET", "/v1/tokens/{id}", 200),
    ("tokenry.tokens:write", "POST", "/v1/tokens", 403),
    ("tokenry.tokens:write", "PATCH", "/v1/tokens/{id}", 200),
    ("tokenry.tokens:write", "POST", "/v1/tokens/{id}/disable", 200),
    ("tokenry.people:read", "GET", "/v1/people", 200),
    ("tokenry.audit:read", "GET", "/v1/events", 200),
    ("tokenry.tokens:write", "DELETE", "/v1/tokens/{id}", 204),
];

#[tokio::test]
async fn each_permission_opens_its_own_doors_and_no_other() {
    for permission in ALL_OWN {
        let app = TestApp::new().await;
        let script = app.script(&[permission]).await;
        let id = app.made(&form("Subject", &["projects:read"])).await.token.id.to_string();
        for (needed, method, path, status) in OPENS {
            let body = match (method, path) {
                ("POST", "/v1/verify") => json!({ "secret": "x" }),
                ("POST", "/v1/tokens") => json!({ "name": "New", "permissions": ["projects:read"] }),
                ("PATCH", _) => json!({ "description": "x" }),
                _ => json!({}),
            };
            let headers = [("content-type", "application/json"), ("if-match", "*")];
            let before = app.data().await;
            let answer = script.send(method, &path.replace("{id}", &id), &headers, &body.to_string()).await;
            let what = format!("{permission}: {method} {path}: {}", answer.text);
            if needed == permission {
                assert_eq!(answer.status, status, "{what}");
                continue;
            }
            assert_eq!(answer.status, 403, "{what}");
            assert_eq!(answer.json()["missing"], json!([needed]), "{what}");
            let challenge =
                format!("Bearer realm=\"tokenry\", error=\"insufficient_scope\", scope=\"{needed}\"");
            assert_eq!(answer.header(header::WWW_AUTHENTICATE), challenge, "{what}");
            assert_eq!(app.data().await, before, "{what}");
        }
    }
}

#[tokio::test]
async fn a_token_gives_nothing_that_it_does_not_have() {
    let app = TestApp::new().await;
    let script = app.script(&["tokenry.tokens:write", "projects:read"]).await;
    let more = ["projects:read", "projects:write", "tokenry.tokens:read"];
    let answer = script.post("/v1/tokens", &json!({ "name": "More", "permissions": more })).await;
    let missing = json!(["projects:write", "tokenry.tokens:read"]);
    assert_eq!((answer.status.as_u16(), &answer.json()["missing"]), (403, &missing));

    let made = script.make("Sync").await;
    let id = made["token"]["id"].as_str().unwrap();
    let grown = script.patch(id, "\"1\"", &json!({ "permissions": ["projects:read", "billing:read"] })).await;
    assert_eq!((grown.status.as_u16(), &grown.json()["missing"]), (403, &json!(["billing:read"])));

    // It can neither get the secret of a token that can do more, nor enable such a token.
    let stronger = app.made(&form("Stronger", &["projects:write"])).await.token.id.to_string();
    let rotated = script.post(&format!("/v1/tokens/{stronger}/rotate"), &json!({})).await;
    assert_eq!((rotated.status.as_u16(), &rotated.json()["missing"]), (403, &json!(["projects:write"])));
    assert_eq!(script.post(&format!("/v1/tokens/{stronger}/disable"), &json!({})).await.status, 200);
    assert_eq!(script.post(&format!("/v1/tokens/{stronger}/enable"), &json!({})).await.status, 403);
    assert_eq!(app.number("select count(*) from token where disabled_at is not null").await, 1);
}

#[tokio::test]
async fn a_token_that_can_do_more_keeps_its_limits() {
    let app = TestApp::new().await;
    let script = app.script(&["tokenry.tokens:write", "projects:read"]).await;
    let limited = app::domain::TokenForm {
        expires_at: Some("2026-12-01T00:00:00Z".into()),
        allowed_addresses: Some("10.0.0.0/8".into()),
        rate_requests: Some("10".into()),
        rate_seconds: Some("60".into()),
        ..form("Stronger", &["projects:write"])
    };
    let id = app.made(&limited).await.token.id.to_string();
    for wider in [
        json!({ "expires_at": null }),
        json!({ "expires_at": "2026-12-02T00:00:00Z" }),
        json!({ "allowed_addresses": [] }),
        json!({ "allowed_addresses": ["10.0.0.0/8", "192.0.2.1"] }),
        json!({ "rate_limit": null }),
        json!({ "rate_limit": { "requests": 11 } }),
        json!({ "rate_limit": { "per_seconds": 59 } }),
    ] {
        let answer = script.patch(&id, "\"1\"", &wider).await;
        assert_eq!(answer.status, 403, "{wider}: {}", answer.text);
        assert_eq!(answer.json()["missing"], json!(["projects:write"]), "{wider}");
    }
    let narrower = json!({
        "description": "Ends soon",
        "expires_at": "2026-11-30T00:00:00Z",
        "allowed_addresses": ["10.1.0.0/16"],
        "rate_limit": { "requests": 5, "per_seconds": 61 }
    });
    assert_eq!(script.patch(&id, "\"1\"", &narrower).await.status, 200);
}

#[tokio::test]
async fn tokenrys_own_permissions_need_an_admin_behind_them() {
    let app = TestApp::new().await;
    let bea = app.user("Bea Sato", Role::Admin).await;
    app.clock.forward(1);
    let mut all = ALL_OWN.to_vec();
    all.push("projects:read");
    let secret = app.service.create_token(&bea.caller, &form("Hers", &all)).await.unwrap().secret;
    let script = crate::support::Script { visitor: app.stranger(), secret: secret.as_str().to_owned() };
    assert_eq!(script.get("/v1/tokens").await.status, 200);
    for role in ["member", "viewer"] {
        app.service.change_role(&app.admin.caller, bea.id(), role).await.unwrap();
        for path in ["/v1/tokens", "/v1/people", "/v1/events"] {
            assert_eq!(script.get(path).await.status, 403, "{role}: {path}");
        }
        let body = json!({ "name": "New", "permissions": ["projects:read"] });
        assert_eq!(script.post("/v1/tokens", &body).await.status, 403, "{role}");
        assert_eq!(script.get("/v1/permissions").await.status, 200, "{role}");
    }
    // An admin as the owner again does not wake them either: nobody asked to keep them, so they are gone.
    app.service.change_role(&app.admin.caller, bea.id(), "admin").await.unwrap();
    assert_eq!(script.get("/v1/tokens").await.status, 401, "a viewer’s token is disabled then");
    let id = app.tokens().await.into_iter().find(|token| token.name.as_str() == "Hers").unwrap().id;
    app.service.set_disabled(&app.admin.caller, id, None, false).await.unwrap();
    assert_eq!(script.get("/v1/tokens").await.status, 403);
}

#[tokio::test]
async fn a_refused_try_is_a_line_of_the_audit_log() {
    let app = TestApp::new().await;
    let script = app.script(&["tokenry.tokens:read"]).await;
    let last = app.last_line().await;
    assert_eq!(script.post("/v1/tokens", &json!({})).await.status, 403);
    assert_eq!(app.kinds_after(last).await, ["refused"]);
    let wanted =
        "select cast(instr(details, 'tokenry.tokens:write') as bigint) from event order by id desc limit 1";
    assert_ne!(app.number(wanted).await, 0);
}

#[tokio::test]
async fn no_other_carrier_opens_what_the_header_opens() {
    let app = TestApp::new().await;
    let secret = app.manager().await.secret;
    let form = "application/x-www-form-urlencoded";
    for (path, name, value) in [
        ("/v1/tokens", "x-api-key", secret.clone()),
        ("/v1/tokens", "cookie", format!("tokenry={secret}")),
        ("/v1/tokens", "authorization", secret.clone()),
        ("/v1/tokens", "authorization", format!("Token {secret}")),
        ("/v1/tokens", "authorization", format!("Basic {secret}")),
    ] {
        let request = Visitor::request("GET", path).header(name, value).body(Body::empty()).unwrap();
        assert_eq!(app.stranger().send(request).await.status, 401, "{name}");
    }
    let query = app.stranger().get(&format!("/v1/tokens?access_token={secret}")).await;
    assert_eq!(query.status, 400);
    let body = app.stranger().post("/v1/tokens", form, format!("access_token={secret}")).await;
    assert_eq!(body.status, 401);
    // A session of the console does not open it either.
    assert_eq!(app.visitor().get("/v1/tokens").await.status, 401);
}
