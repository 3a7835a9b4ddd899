//! The head of a request: the parts of it that Tokenry looks at, and the form in which a bad one is refused.

use crate::support::{
    Answer, TestApp, Visitor, form,
    wire::{Wire, status},
};
use app::domain::TokenForm;
use axum::{
    body::Body,
    http::{HeaderValue, header},
};
use serde_json::json;
use server::{Limits, Network};

/// The space that nginx has for the head of an answer on machines with small pages.
const NGINX_BYTES: usize = 4_096;

/// The size of the head as HTTP/1 writes it.
fn head_bytes(answer: &Answer) -> usize {
    let lines = answer.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    // The status line, the date and the length, which the connection adds, and the empty line.
    lines.sum::<usize>() + "HTTP/1.1 401 Unauthorized\r\n".len() + 37 + 25 + 2
}

#[tokio::test]
async fn what_a_client_says_to_the_api_is_not_our_business() {
    let app = TestApp::new().await;
    let secret = app.secret_with(&["projects:read"]).await;
    let long = "x".repeat(16_000);
    let cookies: Vec<String> = (0..120).map(|i| format!("c{i}=value")).collect();
    let mut many: Vec<(String, String)> = (0..150).map(|i| (format!("x-client-{i}"), "1".into())).collect();
    many.extend(cookies.iter().map(|cookie| ("cookie".to_owned(), cookie.clone())));
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let brought: [&[(&str, &str)]; 11] = [
        &[("content-encoding", "gzip")],
        &[("content-encoding", "br, gzip"), ("content-type", "text/csv; charset=utf-16")],
        &[("content-length", "5000000")],
        &[("transfer-encoding", "chunked")],
        &[("expect", "100-continue")],
        &[("cookie", &long)],
        &[("referer", &long), ("if-match", "\"nonsense\""), ("idempotency-key", "")],
        &[("range", "bytes=0-1"), ("upgrade", "websocket"), ("connection", "upgrade")],
        &[("host", "api.example.com"), ("x-forwarded-uri", "/any?permission=a:b")],
        &[("x-request-id", "mine"), ("x-tokenry-permission", "billing:read")],
        &many,
    ];
    let long_path = format!("/projects:read/{}?q={}", "p".repeat(9_000), "q".repeat(9_000));
    for query in ["?permission=projects:read", "/projects:read/orders?page=2", &long_path] {
        for headers in brought {
            let good = app.stranger().forward_auth(query, Some(&secret), headers).await;
            assert_eq!(good.status, 200, "{:?}", headers[0]);
            for wrong in [None, Some("nonsense")] {
                let bad = app.stranger().forward_auth(query, wrong, headers).await;
                assert_eq!(bad.status, 401, "{:?}", headers[0]);
            }
        }
    }
}

#[tokio::test]
async fn on_the_wire_a_head_is_judged_by_its_authorization_alone() {
    let app = TestApp::new().await;
    let secret = app.secret_with(&["projects:read"]).await;
    let router = server::build(app.service.clone(), Network::default());
    let proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let wire = Wire::with(router.clone(), None, Limits { proxies, ..Limits::default() }).await;
    let many: String = (0..200).map(|i| format!("X-Client-{i}: 1\r\n")).collect();
    let cookie = format!("Cookie: {}\r\n", "c".repeat(20_000));
    for brought in [
        many.as_str(),
        &cookie,
        "Content-Encoding: gzip\r\n",
        "Content-Length: 10\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Expect: 100-continue\r\nContent-Length: 10\r\n",
    ] {
        let head = |line: &str| format!("{line} HTTP/1.1\r\nHost: api\r\nConnection: close\r\n{brought}");
        let bearer = format!("Authorization: Bearer {secret}\r\n");
        let mut line = wire.call().await;
        line.send(format!("{}{bearer}\r\n", head("POST /forward-auth?permission=projects:read"))).await;
        assert_eq!(status(&line.rest().await), 200, "{brought}");
        let mut line = wire.call().await;
        line.send(format!("{}\r\n", head("GET /forward-auth?permission=projects:read"))).await;
        assert_eq!(status(&line.rest().await), 401, "{brought}");
    }
    // Other paths, and callers other than a proxy, may send at most a hundred headers.
    let head = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{many}\r\n");
    assert_eq!(status(&wire.say(head("/v1/tokens")).await), 431);
    assert_eq!(status(&Wire::new(router).await.say(head("/forward-auth")).await), 431);
}

#[tokio::test]
async fn no_answer_is_too_large_for_a_proxy() {
    let app = TestApp::new().await;
    let form = TokenForm { name: "\u{20000}".repeat(80), ..form("", &["projects:read"]) };
    let few = app.made(&form).await;
    let many = app.token_with(&["billing:read"]).await;
    app
        .run(
            "with recursive n (i) as (select 100 union all select i + 1 from n where i < 180)
             insert into token_permission (token_id, permission)
             select p.token_id, 'r' || i || 'abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz:action-of-it'
               from token_permission p, n where p.permission = 'billing:read';
             with recursive n (i) as (select 100 union all select i + 1 from n where i < 124)
             insert into token_permission (token_id, permission)
             select p.token_id, 'r' || i || 'abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz:action-of-it'
               from token_permission p, n where p.permission = 'projects:read';
             update token set name = (select name from token where length(name) = 80)
              where id = (select token_id from token_permission where permission = 'billing:read')",
        )
        .await;
    let secure = Network { secure: true, ..Network::default() };
    let proxy = app.visitor_through(secure);
    let told = proxy.forward_auth("?any=1", Some(few.secret.as_str()), &[]).await;
    assert_eq!(
        (told.status.as_u16(), &told.headers["x-auth-permissions-omitted"]),
        (200, &HeaderValue::from_static("false"))
    );
    let length = told.headers["x-auth-permissions"].len();
    assert!(
        (1_700..=2_000).contains(&length) && head_bytes(&told) < NGINX_BYTES,
        "{length} {}",
        head_bytes(&told)
    );

    let omitted = proxy.forward_auth("?any=1", Some(many.secret.as_str()), &[]).await;
    assert_eq!(
        (omitted.status.as_u16(), &omitted.headers["x-auth-permissions"]),
        (200, &HeaderValue::from_static(""))
    );
    assert_eq!(omitted.headers["x-auth-permissions-omitted"], "true");
    assert!(head_bytes(&omitted) < NGINX_BYTES);

    let wanted: Vec<String> = (0..500).map(|i| format!("permission=r{i}:read")).collect();
    let refused = proxy.forward_auth(&format!("?{}", wanted.join("&")), Some(few.secret.as_str()), &[]).await;
    assert_eq!(
        (refused.status.as_u16(), refused.headers["x-auth-verdict"].to_str().unwrap()),
        (403, "permission_missing")
    );
    assert!(head_bytes(&refused) < NGINX_BYTES, "{}", head_bytes(&refused));
    let endless = format!("?{}=1", "x".repeat(7_000));
    let unclear = proxy.forward_auth(&endless, Some(few.secret.as_str()), &[]).await;
    assert!(head_bytes(&unclear) < NGINX_BYTES, "{}", head_bytes(&unclear));
}

async fn sent(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Visitor::request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.stranger().send(request.body(Body::from("{}")).unwrap()).await
}

#[tokio::test]
async fn whoever_asks_is_refused_in_their_own_words() {
    let app = TestApp::new().await;
    let many: Vec<(String, String)> = (0..101).map(|i| (format!("x-client-{i}"), "1".into())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let long = "x".repeat(9_000);
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let (coded, none): (Headers<'_>, Headers<'_>) = (&[("content-encoding", "gzip")], &[]);
    for (method, path, headers, status, code, oauth) in [
        ("POST", "/v1/verify", coded, 415, "unsupported_media_type", ""),
        ("GET", &format!("/v1/tokens?search={long}"), none, 414, "address_too_long", ""),
        ("GET", "/v1/people", &many, 431, "head_too_large", ""),
        ("GET", "/v1/nowhere", none, 404, "route_not_found", ""),
        ("GET", "/v1/", none, 404, "route_not_found", ""),
        ("POST", "/v1", none, 404, "route_not_found", ""),
        ("PUT", "/v1/tokens", none, 405, "method_not_allowed", ""),
        ("POST", "/oauth/introspect", coded, 415, "", "invalid_request"),
        ("POST", &format!("/oauth/revoke?{long}"), none, 414, "", "invalid_request"),
        ("POST", "/oauth/introspect", &many, 431, "", "invalid_request"),
        ("POST", "/oauth/nowhere", none, 404, "", "invalid_request"),
        ("GET", "/oauth/", none, 404, "", "invalid_request"),
        ("GET", "/oauth", none, 404, "", "invalid_request"),
        ("GET", "/oauth/introspect", none, 405, "", "invalid_request"),
    ] {
        let answer = sent(&app, method, path, headers).await;
        let what = format!("{method} {path:.30}: {}", answer.text);
        assert_eq!(answer.status, status, "{what}");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{what}");
        let (id, said) = (answer.headers["x-request-id"].to_str().unwrap(), answer.json());
        if oauth.is_empty() {
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{what}");
            assert_eq!(
                (&said["code"], &said["status"], &said["request_id"]),
                (&json!(code), &json!(status), &json!(id))
            );
            assert!(said["detail"].as_str().unwrap().ends_with('.'), "{what}");
        } else {
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/json", "{what}");
            assert_eq!(said["error"], oauth, "{what}");
            assert!(said["error_description"].as_str().unwrap().ends_with('.'), "{what}");
        }
        if status == 415 {
            assert_eq!(answer.header(header::ACCEPT_ENCODING), "identity", "{what}");
        }
    }
}
