//! A secret travels in one header, once, and never in a URL.

use crate::support::{Answer, TestApp, Visitor};
use axum::{body::Body, http::header};
use serde_json::json;

const ENDPOINTS: [(&str, &str, &str); 4] = [
    ("POST", "/v1/verify", "application/json"),
    ("POST", "/v1/verify/batch", "application/json"),
    ("POST", "/oauth/introspect", "application/x-www-form-urlencoded"),
    ("GET", "/forward-auth", ""),
];

async fn call(
    visitor: &Visitor,
    endpoint: (&str, &str, &str),
    query: &str,
    headers: &[(&str, &[u8])],
) -> Answer {
    let (method, path, kind) = endpoint;
    // A proxy has to ask for something.
    let query = if path == "/forward-auth" && query.is_empty() { "?any=1" } else { query };
    let mut request = Visitor::request(method, &format!("{path}{query}"));
    if !kind.is_empty() {
        request = request.header(header::CONTENT_TYPE, kind);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match path {
        "/v1/verify" => json!({ "secret": "x" }).to_string(),
        "/v1/verify/batch" => json!({ "items": [] }).to_string(),
        "/oauth/introspect" => "token=x".to_owned(),
        _ => String::new(),
    };
    visitor.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn without_a_secret_there_is_a_challenge_and_no_error_in_it() {
    let app = TestApp::new().await;
    for endpoint in ENDPOINTS {
        let answer = call(&app.stranger(), endpoint, "", &[]).await;
        assert_eq!(answer.status, 401, "{endpoint:?}");
        assert_eq!(answer.header(header::WWW_AUTHENTICATE), "Bearer realm=\"tokenry\"", "{endpoint:?}");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{endpoint:?}");
        // A session of the console does not count here.
        assert_eq!(call(&app.visitor(), endpoint, "", &[]).await.status, 401, "{endpoint:?}");
    }
}

#[tokio::test]
async fn a_dead_secret_and_what_is_none_get_one_answer_whatever_is_wrong_with_it() {
    let app = TestApp::new().await;
    let (dead, live) = (app.token_with(&["tokenry.tokens:verify"]).await, app.asker().await.secret);
    app.service.delete_token(&app.admin.caller, dead.token.id).await.unwrap();
    let bearer = |text: &str| format!("Bearer {text}").into_bytes();
    let long = bearer(&"a".repeat(4_000));
    let other_scheme = format!("Basic {live}").into_bytes();
    let two_in_one = format!("Bearer {live}, Bearer {live}").into_bytes();
    let mut coded = bearer(&live);
    coded[10] = 0xFF;
    for endpoint in ENDPOINTS {
        let first = call(&app.stranger(), endpoint, "", &[("authorization", &bearer("nonsense"))]).await;
        assert_eq!(first.status, 401, "{endpoint:?}");
        assert!(first.header(header::WWW_AUTHENTICATE).ends_with("error=\"invalid_token\""), "{endpoint:?}");
        for wrong in [
            &bearer(dead.secret.as_str()),
            &bearer(""),
            &long,
            &other_scheme,
            &two_in_one,
            &coded,
            &live.clone().into_bytes(),
        ] {
            let answer = call(&app.stranger(), endpoint, "", &[("authorization", wrong)]).await;
            // A client of OAuth's is answered in the scheme that it chose.
            let is_client = endpoint.1 == "/oauth/introspect" && *wrong == other_scheme;
            let challenge = "Bearer realm=\"tokenry\", error=\"invalid_token\"";
            let same = |answer: &Answer| {
                let all = answer.without(&[answer.headers["x-request-id"].to_str().unwrap()]);
                if is_client { all.replace(challenge, "Basic realm=\"tokenry\"") } else { all }
            };
            assert_eq!(same(&answer), same(&first), "{endpoint:?} {}", String::from_utf8_lossy(wrong));
        }
    }
}

#[tokio::test]
async fn two_carriers_and_tokens_in_addresses_are_refused_even_when_they_are_right() {
    let app = TestApp::new().await;
    let live = app.asker().await.secret;
    let bearer = format!("Bearer {live}").into_bytes();
    let none = app.stranger();
    for endpoint in ENDPOINTS {
        let expected = if endpoint.1 == "/forward-auth" { 401 } else { 400 };
        let twice: &[(&str, &[u8])] = &[("authorization", &bearer), ("authorization", &bearer)];
        let answer = call(&none, endpoint, "", twice).await;
        assert_eq!(answer.status, expected, "{endpoint:?}");
        assert!(answer.header(header::WWW_AUTHENTICATE).contains("invalid_request"), "{endpoint:?}");
        for name in ["access_token", "token", "secret", "client_secret"] {
            let query = format!("?{name}={live}");
            for headers in [&[][..], &[("authorization", bearer.as_slice())][..]] {
                let answer = call(&none, endpoint, &query, headers).await;
                assert_eq!(answer.status, expected, "{endpoint:?} {name}");
                assert!(!answer.text.contains(&live));
            }
        }
    }
}

#[tokio::test]
async fn a_caller_without_the_permission_is_told_which_one_it_lacks() {
    let app = TestApp::new().await;
    let (weak, strong) =
        (app.secret_with(&["projects:read", "tokenry.tokens:read"]).await, app.asker().await);
    for endpoint in &ENDPOINTS[..3] {
        let bearer = format!("Bearer {weak}").into_bytes();
        let answer = call(&app.stranger(), *endpoint, "", &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 403, "{endpoint:?}");
        let challenge =
            "Bearer realm=\"tokenry\", error=\"insufficient_scope\", scope=\"tokenry.tokens:verify\"";
        assert_eq!(answer.header(header::WWW_AUTHENTICATE), challenge, "{endpoint:?}");
        if endpoint.1.starts_with("/v1") {
            assert_eq!(answer.json()["missing"], json!(["tokenry.tokens:verify"]));
        }
    }
    // The permissions of the secret in question do not help the caller, nor does their lack hinder it.
    let answer = strong.verify(&json!({ "secret": weak })).await;
    assert_eq!(answer["verdict"], "valid");
}

#[tokio::test]
async fn a_thousand_wrong_secrets_from_one_address_are_slowed_down_and_nobody_else_is() {
    let app = TestApp::new().await;
    let live = app.asker().await.secret;
    let strangers = app.stranger().coming_from([192, 0, 2, 1].into());
    let mut slowed = 0;
    for i in 0..1_000 {
        let wrong = format!("Bearer nonsense{i}").into_bytes();
        let answer = call(&strangers, ENDPOINTS[0], "", &[("authorization", &wrong)]).await;
        if answer.status == 429 {
            assert_ne!(answer.header(header::RETRY_AFTER), "");
            slowed += 1;
        } else {
            assert_eq!(answer.status, 401);
        }
    }
    assert!(slowed > 0);
    let bearer = format!("Bearer {live}").into_bytes();
    let elsewhere = app.stranger().coming_from([192, 0, 2, 2].into());
    assert_eq!(call(&elsewhere, ENDPOINTS[0], "", &[("authorization", &bearer)]).await.status, 200);
    // Others who share the address and have a working secret are not punished for their neighbour.
    assert_eq!(call(&strangers, ENDPOINTS[0], "", &[("authorization", &bearer)]).await.status, 200);
}
