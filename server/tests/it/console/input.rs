//! Input from people and programs: extra fields, wrong shapes and SQL are refused or kept as text, and never surprise
//! the server.

use crate::support::{
    TestApp,
    route_cases::{Sends, SweepApp, table},
};
use axum::http::StatusCode;
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_form_with_a_field_too_many_is_refused_whole() {
    let sweep = SweepApp::new().await.without_bounds();
    let visitor = sweep.app.visitor();
    let before = sweep.app.fingerprint().await;
    let mut forms = 0;
    for case in table() {
        let Sends::Form(_) = &case.sends else { continue };
        if case.route == "/sign-out" {
            continue;
        }
        forms += 1;
        for extra in
            ["id=1", "owner_id=1", "created_at=1", "password_hash=x", "is_admin=true", "name%5B%5D=x"]
        {
            let (kind, body) = sweep.body(&case.sends);
            let body = if body.is_empty() { extra.to_owned() } else { format!("{body}&{extra}") };
            let answer = visitor.post(&sweep.at(&case), kind, body).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{} {extra}: {}", case.path, answer.text);
        }
    }
    assert!(forms >= 60, "{forms}");
    assert_eq!(sweep.app.fingerprint().await, before);
}

#[tokio::test]
async fn a_field_that_is_there_twice_is_refused() {
    let sweep = SweepApp::new().await;
    let before = sweep.app.fingerprint().await;
    let visitor = sweep.app.visitor();
    let invite = "name=Noor&email=noor%40example.com&role=member&role=admin";
    assert_eq!(visitor.post("/settings/people/new", FORM, invite).await.status, StatusCode::BAD_REQUEST);
    let role = format!("/settings/people/{}/role", sweep.subject.id());
    assert_eq!(visitor.post(&role, FORM, "role=viewer&role=admin").await.status, StatusCode::BAD_REQUEST);
    let edit = app::paths::token_edit(sweep.token);
    let renamed = "version=1&name=One&name=Two&permissions=projects%3Aread";
    assert_eq!(visitor.post(&edit, FORM, renamed).await.status, StatusCode::BAD_REQUEST);
    let another = format!("version=1&id={}&name=One&permissions=projects%3Aread", sweep.disabled);
    assert_eq!(visitor.post(&edit, FORM, another).await.status, StatusCode::BAD_REQUEST);
    let twice = r#"{"url":"/settings/tokens/new","url":"/settings/tokens/new"}"#;
    let answer = visitor.post("/_fn/load_token_prompt", "application/json", twice).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(sweep.app.fingerprint().await, before);
}

#[tokio::test]
async fn a_server_function_with_a_field_too_many_is_refused() {
    let sweep = SweepApp::new().await;
    let before = sweep.app.fingerprint().await;
    let (visitor, id) = (sweep.app.visitor(), sweep.token.to_string());
    let named = [("name", "Sneaky"), ("permissions", "projects:read")];
    let seen = [("id", id.as_str()), ("version", "1")];
    for (name, fields) in [("create_token", &seen[..0]), ("edit_token", &seen[..])] {
        for extra in ["id", "parent_id", "owner_id", "role", "created_at", "version", "digest"] {
            let answer = visitor.change(name, &[fields, &named, &[(extra, "x")]].concat()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name} {extra}: {}", answer.text);
        }
    }
    assert_eq!(sweep.app.fingerprint().await, before);
}

#[tokio::test]
async fn wrong_types_are_malformed_and_never_a_failure_of_the_server() {
    let sweep = SweepApp::new().await;
    let visitor = sweep.app.visitor();
    let before = sweep.app.fingerprint().await;
    let strange: [Value; 8] =
        [json!(null), json!(7), json!(-1.5), json!(true), json!([]), json!({}), json!([[]]), json!("\u{0}")];
    for value in &strange {
        for (name, arguments) in [
            ("load_tokens", value.clone()),
            ("load_tokens", json!({ "url": [value] })),
            ("load_token_prompt", json!({ "url": { "id": value } })),
        ] {
            let answer = visitor.call(name, arguments.clone()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name} {arguments}: {}", answer.text);
        }
    }
    // In a form, every value is text.
    let id = sweep.token.to_string();
    for text in ["", "null", "7", "-1.5", "true", "[]", "{}", "[[]]", "\u{0}"] {
        for (name, fields, statuses) in [
            ("create_token", &[(text, text)][..], [400, 400]),
            ("create_token", &[("name", text), ("permissions", text)], [422, 422]),
            ("edit_token", &[("id", &id), ("version", text), ("name", "x")], [400, 409]),
            ("edit_token", &[("id", text), ("version", "1"), ("name", "x")], [404, 404]),
            ("disable_token", &[("id", &id), ("version", text), ("with_children", text)], [400, 400]),
            ("delete_token", &[("id", text)], [404, 404]),
        ] {
            let answer = visitor.change(name, fields).await;
            let status = answer.status.as_u16();
            assert!(statuses.contains(&status), "{name} {fields:?}: {status} {}", answer.text);
        }
    }
    for number in ["1e400", "NaN", "-0", "99999999999999999999", "1.0", "\"1\""] {
        let fields = [("id", id.as_str()), ("version", number), ("name", "x")];
        let answer = visitor.change("edit_token", &fields).await;
        assert!(answer.status.is_client_error(), "{number}: {} {}", answer.status, answer.text);
    }
    assert_eq!(sweep.app.fingerprint().await, before);
}

#[tokio::test]
async fn odd_bytes_and_huge_texts_get_a_status_of_their_own() {
    let sweep = SweepApp::new().await.without_bounds();
    let before = sweep.app.data().await;
    let huge = "x".repeat(1024 * 1024);
    for case in table().iter().filter(|case| !case.is_reading()) {
        let (kind, body) = sweep.body(&case.sends);
        let path = sweep.at(case);
        let visitor = sweep.app.visitor();
        assert_eq!(visitor.post(&path, kind, huge.clone()).await.status, 413, "{path}");
        if case.route == "/sign-out" {
            continue;
        }
        for wrong in ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""] {
            assert_eq!(visitor.post(&path, wrong, body.clone()).await.status, 415, "{path} as {wrong:?}");
        }
        let is_json = matches!(case.sends, Sends::Json(_));
        let other = if is_json { FORM } else { "application/json" };
        assert_eq!(visitor.post(&path, other, body.clone()).await.status, 415, "{path} as {other}");
        let odd: &[&[u8]] = if is_json {
            &[b"\xef\xbb\xbf{}", b"{\"url\":\"\\ud800\"}", b"\xff\xfe", b"\0", b"{\"id\":\"\\u0000\"}"]
        } else {
            &[b"\xef\xbb\xbfa=b", b"%ff=%fe", b"\0=\0", b"\xff", b"\xed\xa0\x80=x"]
        };
        for body in odd {
            let answer = visitor.post(&path, kind, body.to_vec()).await;
            assert!(answer.status.is_client_error(), "{path} {body:?}: {} {}", answer.status, answer.text);
        }
    }
    assert_eq!(sweep.app.data().await, before);
}

#[tokio::test]
async fn characters_that_cannot_be_seen_do_not_get_into_the_fields_of_people() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let before = app.fingerprint().await;
    let long = "x".repeat(10_000);
    for name in ["", " ", "A\u{0}da", "A\u{202e}da", "A\u{200b}da", "\u{feff}Ada", &long] {
        let fields = [("name", name), ("email", "noor@example.com"), ("role", "member")];
        let answer = visitor.post_form("/settings/people/new", &fields).await;
        assert_eq!(answer.status, 422, "{:.20}: {}", name, answer.text);
        assert_eq!(visitor.post_form("/profile/name", &[("name", name)]).await.status, 422, "{name:.20}");
    }
    for email in
        ["", "noor", "@", "a@b@c", "a b@c", "noor@exam\u{0}ple.com", "noor@exam\u{200b}ple.com", &long]
    {
        let fields = [("name", "Noor"), ("email", email), ("role", "member")];
        assert_eq!(visitor.post_form("/settings/people/new", &fields).await.status, 422, "{email:.20}");
    }
    for role in ["", "Admin", "owner", "admin ", "admin\u{0}"] {
        let fields = [("name", "Noor"), ("email", "noor@example.com"), ("role", role)];
        assert_eq!(visitor.post_form("/settings/people/new", &fields).await.status, 422, "{role:?}");
    }
    for theme in ["", "Dark", "dark'--", "dark light"] {
        assert_eq!(visitor.post_form("/profile/theme", &[("theme", theme)]).await.status, 422, "{theme:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}

const SQL: [&str; 5] = [
    "'; drop table token; --",
    "' or 1=1 --",
    "\" or \"\"=\"",
    "%' union select 1",
    "1); delete from event; --",
];

#[tokio::test]
async fn sql_in_a_name_is_a_name() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    for (i, sql) in SQL.iter().enumerate() {
        let fields = [("name", *sql), ("description", sql), ("permissions", "projects:read")];
        assert_eq!(visitor.post_form("/settings/tokens/new", &fields).await.status, 201, "{sql}");
        let email = format!("o'brien{i}--;@example.com");
        let fields = [("name", *sql), ("email", &email), ("role", "member")];
        assert_eq!(visitor.post_form("/settings/people/new", &fields).await.status, 201, "{sql}");
    }
    let stored: Vec<String> = app.tokens().await.into_iter().map(|token| token.name.into()).collect();
    for sql in SQL {
        assert!(stored.iter().any(|name| name == sql), "{sql}");
    }
    assert_eq!(app.number("select count(*) from person where name like '%drop table%'").await, 1);
}

#[tokio::test]
async fn sql_in_a_sign_in_a_cursor_or_a_filter_finds_nothing() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let before = app.data().await;
    for sql in SQL {
        let escaped = app::paths::escaped(sql);
        let sign_in = [("email", sql), ("password", sql)];
        assert_eq!(app.stranger().post_form("/sign-in", &sign_in).await.status, 401, "{sql}");
        for path in ["/settings/tokens?cursor=", "/settings/people?cursor="] {
            assert_eq!(visitor.get(&format!("{path}{escaped}")).await.status, 422, "{path}{sql}");
        }
        for (filter, status) in
            [("kind", 422), ("person", 404), ("token", 404), ("from", 422), ("to", 422), ("before", 422)]
        {
            let page = visitor.get(&format!("/settings/audit?{filter}={escaped}")).await;
            assert_eq!(page.status, status, "{filter}={sql}");
            let export = visitor.post_form("/settings/audit/export", &[(filter, sql)]).await;
            assert_eq!(export.status, status, "{filter}={sql}");
        }
        let page = visitor.get(&format!("/settings/audit?address={escaped}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("No matching events"), "{sql}");
        assert_eq!(visitor.get(&format!("/setup?code={escaped}")).await.status, 404);
        assert_eq!(visitor.get(&format!("/password?code={escaped}")).await.status, 404);
    }
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_the_clients_mistake() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    for path in [
        "/settings/audit?from=2026-13-01",
        "/settings/audit?from=2026-02-30",
        "/settings/audit?to=yesterday",
        "/settings/audit?before=-",
        "/settings/audit?before=99999999999999999999",
        "/settings/audit?kind=a&kind=b",
        "/settings/audit?persn=x",
        "/settings/audit?%ff=%fe&kind=%00",
        "/settings/people?cursor=%00",
        "/settings/people?cursor=a&cursor=b",
        "/password?code=%F0%9F%94%91",
    ] {
        let answer = visitor.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    for (path, status) in [
        ("/settings/audit?before=-5", 200),
        ("/settings/audit?from=0001-01-01&to=9999-12-29", 200),
        ("/profile?name=%3Cscript%3E", 200),
    ] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(!answer.text.contains("<script>"), "{path}");
    }
}
