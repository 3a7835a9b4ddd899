//! The answers to a proxy, and the certainty that nobody can put words into our mouth.

use crate::support::{Answer, TestApp, form};
use app::domain::{Role, TokenForm};
use axum::http::header;
use server::Network;

const OURS: [&str; 6] = [
    "x-auth-token-id",
    "x-auth-token-name",
    "x-auth-owner-id",
    "x-auth-permissions",
    "x-auth-permissions-omitted",
    "x-auth-verdict",
];
const FORGED: [(&str, &str); 8] = [
    ("x-auth-token-id", "forged"),
    ("x-auth-token-name", "forged"),
    ("x-auth-owner-id", "forged"),
    ("x-auth-permissions", "forged"),
    ("x-auth-permissions-omitted", "forged"),
    ("x-auth-verdict", "forged"),
    ("x-user", "forged"),
    ("x_auth_token_id", "forged"),
];

fn said<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_valid_secret_opens_and_says_whose_it_is() {
    let app = TestApp::new().await;
    let form =
        TokenForm { name: "Büro 100% — sync".into(), ..form("", &["projects:read", "billing:read"]) };
    let created = app.made(&form).await;
    let query = "?permission=projects:read&permission=billing%3Aread";
    let answer = app.stranger().forward_auth(query, Some(created.secret.as_str()), &FORGED).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    assert_eq!(said(&answer, "x-auth-token-id"), Some(created.token.id.to_string().as_str()));
    assert_eq!(said(&answer, "x-auth-token-name"), Some("B%C3%BCro 100%25 %E2%80%94 sync"));
    assert_eq!(said(&answer, "x-auth-owner-id"), Some(app.admin.id().to_string().as_str()));
    assert_eq!(said(&answer, "x-auth-permissions"), Some("billing:read projects:read"));
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    for method in ["POST", "HEAD", "DELETE", "OPTIONS", "PATCH"] {
        let request = crate::support::Visitor::request(method, "/forward-auth/projects:read/some/path")
            .header(header::AUTHORIZATION, format!("Bearer {}", created.secret.as_str()));
        let answer = app.stranger().send(request.body(axum::body::Body::from("body")).unwrap()).await;
        assert_eq!(answer.status, 200, "{method}");
    }
}

#[tokio::test]
async fn a_misspelt_parameter_opens_nothing() {
    let app = TestApp::new().await;
    let secret = app.secret_with(&["projects:read"]).await;
    let before = app.data().await;
    for (query, word) in [
        ("", "any=1"),
        ("?permissions=projects:read", "permissions"),
        ("?scope=projects:read", "scope"),
        ("?permission=projects:read&page=2", "page"),
        ("?permission=", "resource:action"),
        ("?any=true", "any"),
        ("?any=1&permission=projects:read", "any"),
        ("/", "/forward-auth/any"),
        ("/orders/7", "orders"),
        // Where Envoy appends the path, the query is the client's and opens nothing.
        ("/orders/7?permission=projects:read", "orders"),
        ("/?any=1", "/forward-auth/any"),
    ] {
        let answer = app.stranger().forward_auth(query, Some(&secret), &[]).await;
        assert_eq!(answer.status, 401, "{query}");
        assert!(answer.header(header::WWW_AUTHENTICATE).contains("error=\"invalid_request\""), "{query}");
        let why = said(&answer, "x-auth-error").unwrap();
        assert!(why.contains(word), "{query}: {why}");
        assert_eq!(answer.text, format!("{why}\n"), "{query}");
        assert!(OURS.iter().all(|name| said(&answer, name).is_none()), "{query}");
    }
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn behind_an_envoy_the_client_has_no_say_in_what_is_wanted() {
    let app = TestApp::new().await;
    let (able, other) = (app.secret_with(&["projects:read"]).await, app.secret_with(&["billing:read"]).await);
    for behind in ["", "/", "/orders", "/any", "/billing:read", "//any/x"] {
        for query in ["", "?permission=billing:read", "?any=1", "?access_token=x", "?permission=&page=2"] {
            let path = format!("/projects:read{behind}{query}");
            let opened = app.stranger().forward_auth(&path, Some(&able), &[]).await;
            assert_eq!(opened.status, 200, "{path}");
            let refused = app.stranger().forward_auth(&path, Some(&other), &[]).await;
            assert_eq!(said(&refused, "x-auth-verdict"), Some("permission_missing"), "{path}");
        }
    }
    let several = app.stranger().forward_auth("/projects:read,billing:read/x", Some(&able), &[]).await;
    assert!(several.header(header::WWW_AUTHENTICATE).ends_with("scope=\"billing:read\""));
    assert_eq!(app.stranger().forward_auth("/any/x?page=2", Some(&other), &[]).await.status, 200);
}

#[tokio::test]
async fn a_token_that_can_do_nothing_passes_nowhere() {
    let app = TestApp::new().await;
    let (asker, admin) = (app.asker().await, app.admin.caller.clone());
    let user = app.user("Noor Bakker", Role::Member).await;
    app.clock.forward(1);
    let made = app.service.create_token(&user.caller, &form("Hers", &["projects:read"])).await.unwrap();
    let secret = made.secret.as_str();
    let any = async || app.stranger().forward_auth("?any=1", Some(secret), &[]).await;
    assert_eq!(any().await.status, 200);
    app.service.change_role(&admin, user.id(), "viewer").await.unwrap();
    let refused = any().await;
    assert_eq!(
        (refused.status.as_u16(), said(&refused, "x-auth-verdict")),
        (403, Some("permission_missing"))
    );
    assert!(OURS[..5].iter().all(|name| said(&refused, name).is_none()));
    assert!(refused.header(header::WWW_AUTHENTICATE).ends_with("error=\"insufficient_scope\""));
    // The other endpoints do not call it valid either, even when nothing in particular is wanted.
    assert_eq!(asker.verdict(secret).await, "permission_missing");
    assert_eq!(asker.introspect(secret).await.text, r#"{"active":false}"#);
    // A higher role does not wake it by itself.
    app.service.change_role(&admin, user.id(), "member").await.unwrap();
    assert_eq!(said(&any().await, "x-auth-verdict"), Some("disabled"));
    app.service.set_disabled(&admin, made.token.id, None, false).await.unwrap();
    assert_eq!(any().await.status, 200);
}

#[tokio::test]
async fn a_refusal_says_nothing_of_anybodys_identity() {
    let app = TestApp::new().await;
    let (live, disabled) =
        (app.token_with(&["projects:read"]).await, app.token_with(&["projects:read"]).await);
    app.service.set_disabled(&app.admin.caller, disabled.token.id, None, true).await.unwrap();
    for (secret, query, status, verdict) in [
        (None, "?any=1", 401, None),
        (Some("nonsense"), "?any=1", 401, None),
        (Some(live.secret.as_str()), "?permission=projects:write", 403, Some("permission_missing")),
        (Some(live.secret.as_str()), "?permission=projects", 401, None),
        (Some(disabled.secret.as_str()), "?any=1", 403, Some("disabled")),
    ] {
        let answer = app.stranger().forward_auth(query, secret, &FORGED).await;
        assert_eq!((answer.status.as_u16(), said(&answer, "x-auth-verdict")), (status, verdict), "{query}");
        for name in &OURS[..5] {
            assert_eq!(said(&answer, name), None, "{name}");
        }
        assert_eq!(
            answer.header(header::WWW_AUTHENTICATE).is_empty(),
            verdict == Some("disabled"),
            "{query}"
        );
        assert_eq!(answer.header(header::LOCATION), "");
    }
}

#[tokio::test]
async fn too_many_is_a_403_that_says_when_to_come_back() {
    let app = TestApp::new().await;
    let mut form = form("", &["projects:read"]);
    (form.rate_requests, form.rate_seconds) = (Some("2".into()), Some("3600".into()));
    let secret = app.made(&form).await.secret;
    let visitor = app.stranger();
    for left in ["1", "0"] {
        let answer = visitor.forward_auth("?any=1", Some(secret.as_str()), &[]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(said(&answer, "ratelimit-policy"), Some("\"token\";q=2;w=3600"));
        assert!(said(&answer, "ratelimit").unwrap().starts_with(&format!("\"token\";r={left};t=")));
    }
    let answer = visitor.forward_auth("?any=1", Some(secret.as_str()), &[]).await;
    assert_eq!((answer.status.as_u16(), said(&answer, "x-auth-verdict")), (403, Some("rate_limited")));
    let seconds: u64 = answer.header(header::RETRY_AFTER).parse().unwrap();
    assert!((1..=1_800).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn only_a_trusted_proxy_is_believed_about_the_clients_address() {
    let app = TestApp::new().await;
    let mut form = form("", &["projects:read"]);
    form.allowed_addresses = Some("203.0.113.9".into());
    let secret = app.made(&form).await.secret;
    let claims =
        [("x-forwarded-for", "203.0.113.9"), ("x-real-ip", "203.0.113.9"), ("forwarded", "for=203.0.113.9")];
    let network =
        |trusted: &str| Network { trusted_proxies: vec![trusted.parse().unwrap()], ..Network::default() };
    let through = |trusted: &str| app.visitor_through(network(trusted)).coming_from([127, 0, 0, 2].into());
    let answer = through("127.0.0.2/32").forward_auth("?any=1", Some(secret.as_str()), &claims).await;
    assert_eq!(answer.status, 200);
    let answer = through("127.0.0.3/32").forward_auth("?any=1", Some(secret.as_str()), &claims).await;
    assert_eq!((answer.status.as_u16(), said(&answer, "x-auth-verdict")), (403, Some("address_not_allowed")));
    let answer = through("127.0.0.2/32").forward_auth("?any=1", Some(secret.as_str()), &claims[1..]).await;
    assert_eq!(answer.status, 403, "no other header says where a client is");
}
