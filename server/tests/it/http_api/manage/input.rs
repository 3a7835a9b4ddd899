//! Whatever is sent, the answer is one of the errors in the contract, and nothing is changed.

use crate::support::{TestApp, Visitor};
use axum::{body::Body, http::header};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Every route that reads a body.
fn readers(id: &str) -> [(&'static str, String); 3] {
    [
        ("POST", "/v1/tokens".to_owned()),
        ("PATCH", format!("/v1/tokens/{id}")),
        ("POST", format!("/v1/tokens/{id}/rotate")),
    ]
}

#[tokio::test]
async fn bodies_that_make_no_sense_are_refused_and_never_a_fault_of_the_server() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let id = script.make("Sync").await["token"]["id"].as_str().unwrap().to_owned();
    let before = app.fingerprint().await;
    let long = format!("{{\"name\": \"{}\"}}", "x".repeat(60_000));
    let huge = format!("{{\"name\": \"{}\"}}", "x".repeat(1 << 20));
    let deep = "[".repeat(10_000);
    let deep_member = format!("{{\"description\": {}", "{\"a\":".repeat(10_000));
    let many = format!("{{\"permissions\": [{}\"a:b\"]}}", "\"a:b\",".repeat(600));
    let bodies: [(&[u8], &[u16]); 26] = [
        (b"{\"name\": 1e400}", &[400, 422]),
        (b"{\"rate_limit\": {\"requests\": 1e400, \"per_seconds\": 1}}", &[400, 422]),
        (b"{\"overlap_seconds\": 1e400}", &[400, 422]),
        (b"{\"overlap_seconds\": 99999999999999999999999999}", &[422]),
        (b"{\"overlap_seconds\": 9223372036854775807}", &[422]),
        (b"{\"name\": NaN}", &[400, 422]),
        (b"{\"name\": Infinity}", &[400, 422]),
        (b"{\"name\": \"\\ud800\"}", &[400, 422]),
        (b"{\"name\": \"\\udc00\\ud800\"}", &[400, 422]),
        (b"{\"name\": \"a\\u0000b\"}", &[422]),
        (b"{\"name\": \"a\x00b\"}", &[400, 422]),
        (b"{\"name\": \"\xff\"}", &[400, 422]),
        (b"\xef\xbb\xbf{}", &[400]),
        (b"\xff\xfe{\x00}\x00", &[400]),
        (b"{\"name\": \"a\", \"name\": \"b\"}", &[422]),
        (b"{\"overlap_seconds\": 1, \"overlap_seconds\": 2}", &[422]),
        (b"{\"name\": \"a\"} {}", &[400, 422]),
        (b"{\"name\": \"a\",}", &[400, 422]),
        (b"{'name': 'a'}", &[400]),
        (b"name=a", &[400]),
        (b"{\"__proto__\": {}}", &[422]),
        (long.as_bytes(), &[422]),
        (huge.as_bytes(), &[413]),
        (deep.as_bytes(), &[400, 422]),
        (deep_member.as_bytes(), &[400, 422]),
        (many.as_bytes(), &[422]),
    ];
    for (body, statuses) in bodies {
        for (method, path) in readers(&id) {
            let headers = [JSON, ("if-match", "\"1\"")];
            let answer = script.send_bytes(method, &path, &headers, body.to_vec()).await;
            let start = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            let what = format!("{method} {path} {start}: {}", answer.text);
            assert!(statuses.contains(&answer.status.as_u16()), "{} {what}", answer.status);
            assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{what}");
            assert_eq!(answer.json()["status"], answer.status.as_u16(), "{what}");
        }
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn only_json_in_utf_8_is_read() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let id = script.make("Sync").await["token"]["id"].as_str().unwrap().to_owned();
    let before = app.fingerprint().await;
    for kind in [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/merge-patch+json; charset=latin1",
        "application/jsonp",
        "application/xml",
    ] {
        for (method, path) in readers(&id) {
            let headers = [("content-type", kind), ("if-match", "\"1\"")];
            let answer = script.send(method, &path, &headers, "{}").await;
            assert_eq!(answer.status, 415, "{method} {path} as {kind:?}");
        }
    }
    assert_eq!(app.fingerprint().await, before);
    let patch = "application/merge-patch+json";
    let headers = [("content-type", patch), ("if-match", "\"1\"")];
    assert_eq!(script.send("POST", "/v1/tokens", &headers, "{}").await.status, 415, "no patch there");
    for kind in [patch, "application/json; charset=UTF-8", "Application/JSON"] {
        let headers = [("content-type", kind), ("if-match", "\"1\"")];
        let answer = script.send("PATCH", &format!("/v1/tokens/{id}"), &headers, "{}").await;
        assert_eq!(answer.status, 200, "{kind}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_its_length_is_said_or_not() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let limit = app::domain::BODY_BYTES_MAX;
    for (size, status) in [(limit, 422), (limit + 1, 413)] {
        let body = format!("{{\"name\":\"{}\"}}", "x".repeat(size - "{\"name\":\"\"}".len()));
        let whole = script.send("POST", "/v1/tokens", &[JSON], &body).await;
        assert_eq!(whole.status, status, "{size}");
        let piece = futures_util::stream::once(async move { Ok::<_, std::io::Error>(body) });
        let request = Visitor::request("POST", "/v1/tokens")
            .header(header::AUTHORIZATION, format!("Bearer {}", script.secret))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from_stream(piece))
            .unwrap();
        assert_eq!(script.visitor.send(request).await.status, status, "{size} in pieces");
    }
}

#[tokio::test]
async fn every_error_has_one_shape() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let nobody = crate::support::Script { visitor: app.stranger(), secret: String::new() };
    let weak = app.script(&["projects:read"]).await;
    let answers = [
        ("bad_request", script.get("/v1/tokens?token=x").await),
        ("unauthenticated", nobody.get("/v1/tokens").await),
        ("permission_missing", weak.get("/v1/tokens").await),
        ("route_not_found", script.get("/v1/nothing").await),
        ("not_found", script.get("/v1/tokens/x").await),
        ("method_not_allowed", script.send("PUT", "/v1/tokens", &[], "").await),
        ("unsupported_media_type", script.send("POST", "/v1/tokens", &[], "{}").await),
        ("invalid", script.post("/v1/tokens", &json!({})).await),
    ];
    for (code, answer) in answers {
        let problem = answer.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["status"], answer.status.as_u16());
        assert_eq!(problem["request_id"], answer.headers["x-request-id"].to_str().unwrap());
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{code}");
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{code}");
        for member in ["title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{code}");
        }
    }
    let stale: Value = script.make("Sync").await;
    let id = stale["token"]["id"].as_str().unwrap();
    assert_eq!(script.patch(id, "\"9\"", &json!({})).await.json()["code"], "conflict");
}
