//! Introspection for standard clients (RFC 7662), and the ways in which they authenticate (RFC 6749, section 2.3.1).

use crate::support::{Answer, Script, TestApp, Visitor, form};
use app::domain::{Created, TokenForm};
use axum::{body::Body, http::header};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const FORM: &str = "application/x-www-form-urlencoded";
const INACTIVE: &str = r#"{"active":false}"#;

async fn ask(asker: &Script, body: &str) -> Answer {
    asker.post_as("/oauth/introspect", FORM, body).await
}

async fn is_active(asker: &Script, body: &str) -> bool {
    let answer = ask(asker, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let active = answer.json()["active"] == json!(true);
    assert!(active || answer.text == INACTIVE, "{}", answer.text);
    active
}

#[tokio::test]
async fn a_living_token_is_active_wherever_and_however_often_it_is_used() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let limited = TokenForm {
        allowed_addresses: Some("203.0.113.0/24".into()),
        rate_requests: Some("2".into()),
        rate_seconds: Some("3600".into()),
        ..form("Limited", &["projects:read"])
    };
    let Created { token, secret } = app.made(&limited).await;
    let secret = secret.as_str();
    // Asking does not use up the rate.
    for _ in 0..5 {
        assert!(is_active(&asker, &format!("token={secret}")).await);
        assert!(is_active(&asker, &format!("token={secret}&address=203.0.113.9")).await);
        assert!(is_active(&asker, &format!("address=%3A%3Affff%3A203.0.113.9&token={secret}")).await);
        assert!(!is_active(&asker, &format!("token={secret}&address=198.51.100.7")).await);
    }
    let request = json!({ "secret": secret, "address": "203.0.113.9" });
    for remaining in [1, 0] {
        assert_eq!(asker.verify(&request).await["rate_limit"]["remaining"], remaining);
    }
    // A secret that is used too often is still active.
    assert_eq!(asker.verify(&request).await["verdict"], "rate_limited");
    assert!(is_active(&asker, &format!("token={secret}")).await);
    app.service.set_disabled(&app.admin.caller, token.id, None, true).await.unwrap();
    assert!(!is_active(&asker, &format!("token={secret}")).await);
    for wrong in [
        "address=home",
        "address=",
        "address=203.0.113.9%3A80",
        "address=10.0.0.0/8",
        "address=::1&address=::1",
    ] {
        let answer = ask(&asker, &format!("token={secret}&{wrong}")).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!("invalid_request")),
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_known_now_is_not_called_inactive() {
    let app = TestApp::new().await;
    let asker = app.asker().await;
    let secret = app.secret_with(&["projects:read"]).await;
    app.store.close().await;
    let away = Instant::now();
    let answer = loop {
        let answer = ask(&asker, &format!("token={secret}")).await;
        if answer.status != 200 {
            break answer;
        }
        assert_eq!(answer.json()["active"], true);
        assert!(away.elapsed() < Duration::from_secs(2), "an old answer");
        tokio::task::yield_now().await;
    };
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (503, &json!("temporarily_unavailable")));
    assert_ne!(answer.header(header::RETRY_AFTER), "");
}

/// A client that authenticates, or tries to.
struct Client {
    visitor: Visitor,
    authorization: Vec<String>,
    fields: String,
}

impl Client {
    async fn ask(&self, path: &str, token: &str) -> Answer {
        let mut request = Visitor::request("POST", path).header(header::CONTENT_TYPE, FORM);
        for value in &self.authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let body = format!("token={token}{}", self.fields);
        self.visitor.send(request.body(Body::from(body)).unwrap()).await
    }
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

#[tokio::test]
async fn a_client_is_known_by_the_id_and_the_secret_of_its_token() {
    let app = TestApp::new().await;
    let client = app.token_with(&["tokenry.tokens:verify"]).await;
    let asked = app.secret_with(&["projects:read"]).await;
    let (id, secret) = (client.token.id.to_string(), client.secret.as_str());
    let spelt = (id.replace('-', "%2D"), secret.replace('_', "%5F"));
    let unpadded = basic(&id, secret).trim_end_matches('=').to_owned();
    let in_form = format!("&client_id={id}&client_secret={secret}");
    for (authorization, fields) in [
        (vec![basic(&id, secret)], String::new()),
        (vec![basic(&id, secret).replace("Basic", "bASIC")], String::new()),
        (vec![basic(&spelt.0, &spelt.1)], String::new()),
        (vec![unpadded], String::new()),
        // Some clients name themselves twice. That is not a second method.
        (vec![basic(&id, secret)], format!("&client_id={id}")),
        (vec![], in_form.clone()),
        (vec![format!("Bearer {secret}")], String::new()),
    ] {
        let client = Client { visitor: app.stranger(), authorization: authorization.clone(), fields };
        let answer = client.ask("/oauth/introspect", &asked).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["active"]),
            (200, &json!(true)),
            "{authorization:?}"
        );
        // Revoking needs no credentials, and is not hindered by them.
        assert_eq!(client.ask("/oauth/revoke", "unknown").await.status, 200);
    }
}

#[tokio::test]
async fn a_client_that_is_not_known_learns_nothing() {
    let app = TestApp::new().await;
    let (client, weak) =
        (app.token_with(&["tokenry.tokens:verify"]).await, app.token_with(&["projects:read"]).await);
    let dead = app.token_with(&["tokenry.tokens:verify"]).await;
    app.service.delete_token(&app.admin.caller, dead.token.id).await.unwrap();
    let id = |created: &Created| created.token.id.to_string();
    let (own, secret) = (id(&client), client.secret.as_str());
    let by_basic = vec!["Basic realm=\"tokenry\""];
    let by_any = vec!["Bearer realm=\"tokenry\"", "Basic realm=\"tokenry\""];
    let by_bearer = vec!["Bearer realm=\"tokenry\", error=\"invalid_token\""];
    let unknown = "invalid_client";
    for (authorization, fields, status, error, challenges) in [
        (vec![], String::new(), 401, unknown, &by_any),
        (vec![], format!("&client_id={own}"), 401, unknown, &by_any),
        (vec![], format!("&client_id={own}&client_secret=nonsense"), 401, unknown, &by_basic),
        (vec![], format!("&client_id={}&client_secret={secret}", id(&weak)), 401, unknown, &by_basic),
        (vec![], format!("&client_id=&client_secret={secret}"), 401, unknown, &by_basic),
        (vec![basic(&id(&weak), secret)], String::new(), 401, unknown, &by_basic),
        (vec![basic("ada", secret)], String::new(), 401, unknown, &by_basic),
        (vec![basic(&own, "nonsense")], String::new(), 401, unknown, &by_basic),
        (vec![basic(&own, "")], String::new(), 401, unknown, &by_basic),
        (vec![basic(&id(&dead), dead.secret.as_str())], String::new(), 401, unknown, &by_basic),
        (vec!["Basic".to_owned() + " not base64!"], String::new(), 401, unknown, &by_basic),
        (vec!["Basic".to_owned() + " /w=="], String::new(), 401, unknown, &by_basic),
        (vec![format!("Bearer {own}:{secret}")], String::new(), 401, unknown, &by_bearer),
        (vec![format!("Digest {secret}")], String::new(), 401, unknown, &by_bearer),
    ] {
        let what = format!("{authorization:?} {fields}");
        let client = Client { visitor: app.stranger(), authorization, fields };
        let answer = client.ask("/oauth/introspect", secret).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (status, &json!(error)), "{what}");
        let told: Vec<&str> =
            answer.headers.get_all(header::WWW_AUTHENTICATE).iter().map(|c| c.to_str().unwrap()).collect();
        assert_eq!(&told, challenges, "{what}");
        assert!(!answer.text.contains(secret), "{what}");
    }
    let in_form = format!("&client_id={own}&client_secret={secret}");
    for (authorization, fields) in [
        (vec![basic(&own, secret)], in_form.clone()),
        (vec![format!("Bearer {secret}")], in_form.clone()),
        (vec![basic(&own, secret)], format!("&client_id={}", id(&weak))),
        (vec![basic(&own, secret), basic(&own, secret)], String::new()),
        (vec![], format!("{in_form}&client_id={own}")),
        (vec![], format!("{in_form}&client_secret={secret}")),
    ] {
        let what = format!("{authorization:?} {fields}");
        let client = Client { visitor: app.stranger(), authorization, fields };
        let answer = client.ask("/oauth/introspect", secret).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!("invalid_request")),
            "{what}"
        );
    }
    let weak = vec![basic(&id(&weak), weak.secret.as_str())];
    let client = Client { visitor: app.stranger(), authorization: weak, fields: String::new() };
    let answer = client.ask("/oauth/introspect", secret).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (403, &json!("insufficient_scope")));
}

#[tokio::test]
async fn clients_read_how_to_authenticate() {
    let app = TestApp::new().await;
    let document = app.stranger().get("/.well-known/oauth-authorization-server").await.json();
    let methods = &document["introspection_endpoint_auth_methods_supported"];
    assert_eq!(methods, &json!(["client_secret_basic", "client_secret_post", "Bearer"]));
    assert_eq!(document["revocation_endpoint_auth_methods_supported"], json!(["none"]));
    assert_eq!(document["grant_types_supported"], Value::Array(Vec::new()), "the default would be two");
}
