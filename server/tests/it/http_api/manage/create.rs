use crate::support::{Script, TestApp};
use axum::http::header;
use serde_json::{Value, json};

async fn refused(script: &Script, body: &Value) -> Vec<String> {
    let answer = script.post("/v1/tokens", body).await;
    assert_eq!(answer.status, 422, "{body}: {}", answer.text);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{body}");
    answer.faults()
}

#[tokio::test]
async fn a_new_token_is_answered_whole_with_its_place_its_version_and_its_secret() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let wanted = json!({
        "name": "Billing sync",
        "description": "Every night",
        "permissions": ["projects:read", "billing:read", "projects:read"],
        "expires_at": "2027-02-21T19:00:00+01:00",
        "allowed_addresses": ["10.1.2.3/8", "2001:DB8::1"],
        "rate_limit": { "requests": 100, "per_seconds": 60 }
    });
    let answer = script.post("/v1/tokens", &wanted).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let created = answer.json();
    let (token, secret) = (&created["token"], created["secret"].as_str().unwrap());
    let id = token["id"].as_str().unwrap();
    assert_eq!(answer.header(header::LOCATION), format!("/v1/tokens/{id}"));
    assert_eq!(answer.header(header::ETAG), "\"1\"");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let expected = json!({
        "id": id,
        "name": "Billing sync",
        "description": "Every night",
        "permissions": ["billing:read", "projects:read"],
        "out_of_reach": [],
        "owner": { "id": app.admin.id().to_string(), "name": "Ada Moreau" },
        "parent": { "id": token["parent"]["id"], "name": "Token 0" },
        "status": "active",
        "disabled_by": null,
        "exposed": null,
        "secret_hint": format!("tkr_…{}", &secret[secret.len() - 4..]),
        "created_at": "2026-11-23T18:04:05.002Z",
        "updated_at": "2026-11-23T18:04:05.002Z",
        "expires_at": "2027-02-21T18:00:00.000Z",
        "last_used_at": null,
        "last_used_address": null,
        "allowed_addresses": ["10.0.0.0/8", "2001:db8::1"],
        "rate_limit": { "requests": 100, "per_seconds": 60 },
        "metadata": {},
        "version": 1
    });
    assert_eq!(token, &expected);
    assert!(created.get("replayed").is_none());
    let again = script.get(answer.header(header::LOCATION)).await;
    assert_eq!(again.json(), expected);
    assert_eq!(again.header(header::ETAG), "\"1\"");
    assert!(!again.text.contains(secret));
    assert_eq!(app.asker().await.verdict(secret).await, "address_not_allowed");
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_by_its_place() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let all = json!({
        "name": " ",
        "description": "\u{0}",
        "permissions": [],
        "expires_at": "2027-02-21T18:00:00Z",
        "allowed_addresses": ["10.0.0"],
        "rate_limit": { "requests": 0, "per_seconds": 60 }
    });
    let faults = refused(&script, &all).await;
    let expected = [
        "/name empty",
        "/description invisible_character",
        "/permissions empty",
        "/allowed_addresses malformed",
        "/rate_limit malformed",
    ];
    assert_eq!(faults, expected);
    let with = |member: &str, value: Value| {
        let mut body = json!({ "name": "Sync", "permissions": ["projects:read"] });
        body[member] = value;
        body
    };
    for (member, value, fault) in [
        ("expires_at", json!("2020-01-01T00:00:00Z"), "/expires_at past"),
        ("expires_at", json!("2027-02-21"), "/expires_at malformed"),
        ("expires_at", json!(""), "/expires_at malformed"),
        ("expires_at", json!("2027-02-21T18:00:60Z[UTC]"), "/expires_at malformed"),
        ("expires_at", json!(1_803_168_000), "/expires_at type"),
        ("allowed_addresses", json!(["10.0.0.1", "10.0.0.2 10.0.0.3"]), "/allowed_addresses/1 malformed"),
        ("allowed_addresses", json!([""]), "/allowed_addresses/0 malformed"),
        ("allowed_addresses", json!("10.0.0.1"), "/allowed_addresses type"),
        ("rate_limit", json!({ "requests": 5 }), "/rate_limit type"),
        ("rate_limit", json!([5, 60]), "/rate_limit type"),
        ("rate_limit", json!({ "requests": 5, "per_seconds": 60, "burst": 1 }), "/rate_limit/burst type"),
        ("rate_limit", json!({ "requests": -5, "per_seconds": 60 }), "/rate_limit/requests type"),
        ("rate_limit", json!({ "requests": 5, "per_seconds": 86_401 }), "/rate_limit malformed"),
    ] {
        assert_eq!(refused(&script, &with(member, value.clone())).await, [fault], "{member}: {value}");
    }
    assert_eq!(app.number("select count(*) from token").await, 1);
}

#[tokio::test]
async fn what_only_tokenry_decides_cannot_be_sent() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let made = script.make("Sync").await["token"].clone();
    let id = made["id"].as_str().unwrap();
    let before = app.data().await;
    for member in
        ["id", "parent", "owner_id", "hash", "digest", "created_at", "version", "status", "revoked", "role"]
    {
        let mut body = json!({ "name": "Other", "permissions": ["projects:read"] });
        body[member] = json!("x");
        assert_eq!(refused(&script, &body).await, [format!("/{member} type")]);
        let patched = script.patch(id, "\"1\"", &json!({ member: "x" })).await;
        assert_eq!((patched.status.as_u16(), patched.faults()), (422, vec![format!("/{member} type")]));
    }
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn no_permission_is_never_more_than_none() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for permissions in [json!(null), json!([])] {
        let body = json!({ "name": "Sync", "permissions": permissions });
        assert_eq!(refused(&script, &body).await, ["/permissions empty"]);
    }
    assert_eq!(refused(&script, &json!({ "name": "Sync" })).await, ["/permissions empty"]);
    for (permission, code) in [
        ("", "malformed"),
        ("*", "malformed"),
        ("projects:*", "malformed"),
        ("Projects:read", "malformed"),
        ("projects:read ", "malformed"),
        ("projects:destroy", "unknown"),
        ("tokenry.tokens:destroy", "unknown"),
    ] {
        let body = json!({ "name": "Sync", "permissions": ["projects:read", permission] });
        assert_eq!(refused(&script, &body).await, [format!("/permissions {code}")], "{permission:?}");
    }
    assert_eq!(app.number("select count(*) from token").await, 1);
}

#[tokio::test]
async fn of_many_who_want_one_name_at_once_exactly_one_gets_it() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let body = json!({ "name": "Only one", "permissions": ["projects:read"] });
    let all = futures_util::future::join_all((0..20).map(|_| script.post("/v1/tokens", &body))).await;
    let made = all.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for other in all.iter().filter(|answer| answer.status != 201) {
        assert_eq!((other.status.as_u16(), other.faults()), (422, vec!["/name taken".to_owned()]));
    }
}

#[tokio::test]
async fn pieces_of_sql_are_text() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let name = "Robert'); drop table token;--";
    let token = script.make(name).await["token"].clone();
    assert_eq!(token["name"], name);
    assert_eq!(script.names("?search=drop+table").await, [name]);
    for search in ["%27+or+1%3D1--", "%25", "_obert", "%5C", "%27%29%3B"] {
        let found = script.names(&format!("?search={search}")).await;
        assert_eq!(found, if search == "%27%29%3B" { vec![name] } else { vec![] }, "{search}");
    }
    for query in ["sort=name;drop", "sort=1", "cursor=%27", "owner=%27", "permission=%27", "status=%27"] {
        assert_eq!(script.get(&format!("/v1/tokens?{query}")).await.status, 422, "{query}");
    }
}
