//! The requests that each endpoint takes, and its answers to them.

use crate::support::{TestApp, Visitor};
use axum::{body::Body, http::header};
use serde_json::{Value, json};

#[tokio::test]
async fn a_batch_is_answered_in_order() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let (good, dead) = (app.token_with(&["projects:read"]).await, app.token_with(&["projects:read"]).await);
    app.service.delete_token(&app.admin.caller, dead.token.id).await.unwrap();
    let items = json!([
        { "secret": good.secret.as_str(), "permissions": ["projects:write"] },
        { "secret": "nonsense" },
        { "secret": good.secret.as_str() },
        { "secret": dead.secret.as_str() },
    ]);
    let answer = asker.post("/v1/verify/batch", &json!({ "items": items })).await;
    let items = answer.json();
    let verdicts: Vec<&str> =
        items["items"].as_array().unwrap().iter().map(|item| item["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["permission_missing", "malformed", "valid", "revoked"]);
    assert_eq!(asker.post("/v1/verify/batch", &json!({ "items": [] })).await.json(), json!({ "items": [] }));
    let many: Vec<Value> = (0..101).map(|_| json!({ "secret": "x" })).collect();
    let refused = asker.post("/v1/verify/batch", &json!({ "items": many })).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["errors"][0]["pointer"]), (422, &json!("/items")));
}

#[tokio::test]
async fn what_is_wrong_with_a_question_is_pointed_at_and_never_repeated() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    for (body, status, pointer) in [
        (r#"{"secret":"HUSH","nonsense":1}"#, 422, "/nonsense"),
        (r#"{"secret":7}"#, 422, "/secret"),
        (r#"{"permissions":["projects:read"]}"#, 422, ""),
        (r#"{"secret":"HUSH","permissions":["projects"]}"#, 422, "/permissions/0"),
        (r#"{"secret":"HUSH","permissions":[""]}"#, 422, "/permissions/0"),
        (r#"{"secret":"HUSH","permissions":"projects:read"}"#, 422, "/permissions"),
        (r#"{"secret":"HUSH","address":"home"}"#, 422, "/address"),
        (r#"{"secret":"HUSH","secret":"HUSH"}"#, 422, ""),
        (r#"["HUSH"]"#, 422, ""),
        (r#""HUSH""#, 422, ""),
        (r#"{"secret":"HUSH"}{}"#, 400, ""),
        (r#"{"secret":"HUSH""#, 400, ""),
        (r#"{"secret":"\ud800"}"#, 400, ""),
        ("\u{feff}{\"secret\":\"HUSH\"}", 400, ""),
        ("", 400, ""),
    ] {
        let answer = asker.post_as("/v1/verify", "application/json", body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        assert!(!answer.text.contains("HUSH"), "{body}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], answer.headers["x-request-id"].to_str().unwrap());
        if !pointer.is_empty() {
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    let deep = format!("{{\"secret\":{}", "[".repeat(10_000));
    for (kind, body, status) in [
        ("text/plain", "{\"secret\":\"x\"}".to_owned(), 415),
        ("application/json; charset=utf-16", "{\"secret\":\"x\"}".to_owned(), 415),
        ("application/json; charset=UTF-8", "{\"secret\":\"x\"}".to_owned(), 200),
        ("application/json;charset=utf8", "{\"secret\":\"x\"}".to_owned(), 200),
        ("Application/JSON; Charset=\"Utf-8\"", "{\"secret\":\"x\"}".to_owned(), 200),
        ("application/json; profile=x; charset = \"UTF8\"", "{\"secret\":\"x\"}".to_owned(), 200),
        ("application/json; charset=utf-7", "{\"secret\":\"x\"}".to_owned(), 415),
        ("application/json; charset=utf8", "{\"secret\":\"x\"}".to_owned(), 200),
        ("application/json;charset=\"UTF8\"", "{\"secret\":\"x\"}".to_owned(), 200),
        ("application/json; Charset='utf-8'", "{\"secret\":\"x\"}".to_owned(), 200),
        ("application/json", format!("{{\"secret\":\"{}\"}}", "a".repeat(70_000)), 413),
        ("application/json", deep, 422),
        ("application/x-www-form-urlencoded", "secret=x".to_owned(), 415),
    ] {
        let answer = asker.post_as("/v1/verify", kind, body).await;
        assert_eq!(answer.status, status, "{kind}: {}", answer.text);
    }
}

#[tokio::test]
async fn nothing_wanted_however_it_is_written_wants_nothing() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let secret = app.secret_with(&["projects:read"]).await;
    for request in [
        json!({ "secret": secret }),
        json!({ "secret": secret, "permissions": null, "address": null }),
        json!({ "secret": secret, "permissions": [] }),
    ] {
        assert_eq!(asker.verify(&request).await["verdict"], "valid");
    }
}

#[tokio::test]
async fn introspection_says_all_of_what_is_active_and_nothing_of_what_is_not() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let created = app.token_with(&["projects:read", "billing:write"]).await;
    let active = asker.introspect(created.secret.as_str()).await.json();
    assert_eq!(
        active,
        json!({
            "active": true,
            "scope": "billing:write projects:read",
            "sub": app.admin.id(),
            "client_id": created.token.id,
            "username": "Ada Moreau",
            "iat": created.token.created_at.as_millis() / 1_000,
            "token_type": "Bearer",
        })
    );
    app.service.delete_token(&app.admin.caller, created.token.id).await.unwrap();
    for dead in [created.secret.as_str(), "nonsense", ""] {
        let answer = asker.introspect(dead).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, r#"{"active":false}"#), "{dead}");
    }
}

#[tokio::test]
async fn oauth_is_refused_in_the_words_of_oauth() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let form = "application/x-www-form-urlencoded";
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        for (kind, body, status) in [
            (form, "", 400),
            (form, "token=a&token=b", 400),
            ("application/json", "{\"token\":\"x\"}", 415),
            (form, "token=a&token_type_hint=access_token&colour=red", 200),
            ("application/x-www-form-urlencoded; charset=\"UTF8\"", "token=a", 200),
        ] {
            let answer = asker.post_as(path, kind, body).await;
            assert_eq!(answer.status, status, "{path} {body}");
            if status != 200 {
                assert_eq!(answer.json()["error"], "invalid_request", "{path} {body}");
            }
        }
        let large = asker.post_as(path, form, format!("token={}", "a".repeat(70_000))).await;
        assert_eq!(large.status, 413);
    }
    let request = Visitor::request("POST", "/oauth/introspect").header(header::CONTENT_TYPE, form);
    let nobody = app.stranger().send(request.body(Body::from("token=x")).unwrap()).await;
    assert_eq!((nobody.status.as_u16(), &nobody.json()["error"]), (401, &json!("invalid_client")));
}

#[tokio::test]
async fn clients_find_the_doors_by_their_document() {
    let app = TestApp::new().await;
    let document = app.stranger().get("/.well-known/oauth-authorization-server").await.json();
    assert_eq!(document["issuer"], "http://127.0.0.1:3000");
    assert_eq!(document["introspection_endpoint"], "http://127.0.0.1:3000/oauth/introspect");
    assert_eq!(document["revocation_endpoint"], "http://127.0.0.1:3000/oauth/revoke");
}

#[tokio::test]
async fn wrong_methods_and_addresses_are_said_in_json() {
    let app = TestApp::new().await;
    for path in ["/v1/verify", "/v1/verify/batch", "/oauth/introspect", "/oauth/revoke"] {
        for method in ["GET", "PUT", "DELETE", "TRACE"] {
            let request = Visitor::request(method, path).header("x-echo", "echo-me");
            let answer = app.stranger().send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header(header::ALLOW)),
                (405, "POST"),
                "{method} {path}"
            );
            let is_oauth = path.starts_with("/oauth");
            let (member, code) =
                if is_oauth { ("error", "invalid_request") } else { ("code", "method_not_allowed") };
            assert_eq!(answer.json()[member], code);
            assert!(!answer.text.contains("echo-me"));
        }
    }
    let nowhere = app.stranger().get("/v1/nowhere").await;
    assert_eq!((nowhere.status.as_u16(), &nowhere.json()["code"]), (404, &json!("route_not_found")));
}

#[tokio::test]
async fn services_call_by_whatever_name_their_network_has() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let request = axum::http::Request::builder()
        .method("POST")
        .uri("/v1/verify")
        .header(header::HOST, "tokenry.internal:3000")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {}", asker.secret));
    let answer = asker.visitor.send(request.body(Body::from("{\"secret\":\"x\"}")).unwrap()).await;
    assert_eq!(answer.json()["verdict"], "malformed");
}
