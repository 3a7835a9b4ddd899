//! The rules about which requests may come in, and from where.

use crate::support::{TestApp, Visitor};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use server::{Network, PublicUrl};
use std::sync::{Arc, Mutex};

const NEW: &str = "/settings/tokens/new";
const FORM: &str = "name=x&permissions=projects%3Aread";

#[tokio::test]
async fn a_request_from_another_site_changes_nothing() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let token = app.create("Kept").await.token;
    let before = app.fingerprint().await;
    let routes = [
        NEW.to_owned(),
        app::paths::token_edit(token.id),
        app::paths::token_delete(token.id),
        "/_fn/create_token".into(),
        "/_fn/delete_token".into(),
    ];
    let origins = [
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        [("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:8080")],
        [("x-nothing", "1"), ("origin", "https://evil.example")],
        [("x-nothing", "1"), ("origin", "null")],
    ];
    for path in &routes {
        for headers in origins {
            let kind = "application/x-www-form-urlencoded";
            let request = headers
                .iter()
                .fold(Visitor::request("POST", path), |r, (name, value)| r.header(*name, *value));
            let answer = visitor
                .send(request.header(header::CONTENT_TYPE, kind).body(Body::from(FORM)).unwrap())
                .await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert_eq!(answer.header(header::LOCATION), "");
        }
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_name_that_is_not_this_machine_is_turned_away() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let status = async |hosts: &[&str]| {
        let request = hosts.iter().fold(axum::http::Request::builder().uri("/settings/tokens"), |r, host| {
            r.header(header::HOST, *host)
        });
        visitor.send(request.body(Body::empty()).unwrap()).await.status
    };
    for own in ["127.0.0.1:3000", "localhost:3000", "localhost", "localhost.:3000", "[::1]:3000"] {
        assert_eq!(status(&[own]).await, StatusCode::OK, "{own}");
    }
    for foreign in [
        "evil.example",
        "evil.example:3000",
        "localhost.evil.example",
        "user@localhost",
        "10.0.0.1",
        "",
        "127.0.0.1:3000, x",
    ] {
        assert_eq!(status(&[foreign]).await, StatusCode::MISDIRECTED_REQUEST, "{foreign}");
    }
    assert_eq!(status(&[]).await, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(status(&["localhost", "evil.example"]).await, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn whoever_calls_by_a_wrong_name_reads_which_one_and_which_is_right() {
    let app = TestApp::new().await;
    let public_url = PublicUrl::parse("https://tokens.example.com:8443");
    let visitor = app.visitor_by_https(Network { secure: true, public_url, ..Network::default() });
    for (called, shown) in [
        ("tokens.example.com", "“tokens.example.com”"),
        ("<b>\"evil\"</b>", "“<b>\\\"evil\\\"</b>”"),
        (&"x".repeat(5_000), "xxx”"),
    ] {
        let request = axum::http::Request::builder().uri("/settings/tokens").header(header::HOST, called);
        let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
        assert_eq!(answer.header(header::CONTENT_TYPE), "text/plain; charset=utf-8");
        assert!(answer.text.contains("“https://tokens.example.com:8443”"), "{}", answer.text);
        assert!(answer.text.contains(shown) && answer.text.len() < 500, "{}", answer.text);
    }
}

#[tokio::test]
async fn whoever_asks_only_how_it_is_may_call_by_any_name_and_from_anywhere() {
    let app = TestApp::new().await;
    let network = Network {
        listening: ([0, 0, 0, 0], 3000).into(),
        secure: true,
        public_url: PublicUrl::parse("https://tokens.example.com"),
        trusted_proxies: vec!["10.0.0.1/32".parse().unwrap()],
        ..Network::default()
    };
    let visitor = app.visitor_by_https(network).coming_from([10, 9, 9, 9].into());
    for path in ["/healthz", "/readyz"] {
        for hosts in [&["10.1.2.3:3000"][..], &["tokenry.default.svc"], &["x y"], &[], &["a", "b"]] {
            let request = axum::http::Request::builder().uri(path);
            let request = hosts.iter().fold(request, |request, host| request.header(header::HOST, *host));
            let answer = visitor.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {hosts:?}");
        }
    }
    assert_eq!(
        visitor.get("/sign-in").await.status,
        StatusCode::MISDIRECTED_REQUEST,
        "the rest is not for all"
    );
}

#[tokio::test]
async fn reading_changes_nothing() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let token = app.create("Kept").await.token;
    let before = app.fingerprint().await;
    let delete = app::paths::token_delete(token.id);
    for path in [NEW, "/settings/tokens", "/_fn/delete_token", "/_fn/create_token?form[name]=x", &delete] {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let answer = visitor.send(Visitor::request(method, path).body(Body::empty()).unwrap()).await;
            assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.status);
        }
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn another_method_is_answered_with_those_that_work() {
    let app = TestApp::new().await;
    for (method, path, allowed) in [
        ("DELETE", "/settings/tokens", "GET,HEAD"),
        ("PUT", NEW, "GET,HEAD,POST"),
        ("GET", "/_fn/create_token", "POST"),
    ] {
        let request = Visitor::request(method, path).header("sec-fetch-site", "same-origin");
        let answer = app.visitor().send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert_eq!(answer.header(header::ALLOW), allowed);
    }
}

#[tokio::test]
async fn every_answer_can_be_named_and_none_can_be_framed_or_sniffed() {
    let app = TestApp::new().await;
    for path in ["/settings/tokens", "/nowhere", "/healthz", NEW] {
        let answer = app.visitor().get(path).await;
        assert!(!answer.header("x-request-id".parse().unwrap()).is_empty(), "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(answer.header(header::X_FRAME_OPTIONS), "DENY");
        assert_eq!(answer.header(header::REFERRER_POLICY), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy".parse().unwrap()), "same-origin");
        let abilities = answer.header("permissions-policy".parse().unwrap());
        assert!(
            abilities.contains("camera=(), ") && abilities.contains("clipboard-write=(self), "),
            "{path}"
        );
        assert_eq!(answer.header("cross-origin-resource-policy".parse().unwrap()), "same-origin");
        assert_eq!(answer.header(header::STRICT_TRANSPORT_SECURITY), "", "not over plain HTTP");
    }
}

#[tokio::test]
async fn behind_a_proxy_the_public_name_is_answered_and_https_is_insisted_on() {
    let app = TestApp::new().await;
    let network = Network {
        secure: true,
        public_url: PublicUrl::parse("https://tokens.example.com"),
        ..Network::default()
    };
    let visitor = app.visitor_by_https(network);
    let ask = async |host: &str| {
        let request = axum::http::Request::builder().uri("/settings/tokens").header(header::HOST, host);
        visitor.send(request.body(Body::empty()).unwrap()).await
    };
    let answer = ask("tokens.example.com").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::STRICT_TRANSPORT_SECURITY), "max-age=63072000");
    assert_eq!(ask("evil.example").await.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn the_log_names_a_request_but_neither_its_query_nor_its_headers() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // With a single subscriber, the test that happens to log first decides what is logged. So here is a second one.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    let request = Visitor::request("GET", "/settings/tokens?code=hush-1")
        .header("authorization", "Bearer hush-2")
        .header("cookie", "session=hush-3")
        .header("x-request-id", "hush-4");
    let answer = TestApp::new().await.visitor().send(request.body(Body::empty()).unwrap()).await;
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // The id is ours: a name that a client gives its request does not reach the log.
    let id = answer.header("x-request-id".parse().unwrap());
    assert!(text.contains(&format!(r#"request{{method=GET path="/settings/tokens" id="{id}"}}"#)), "{text}");
    assert!(!text.contains("hush"), "{text}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
