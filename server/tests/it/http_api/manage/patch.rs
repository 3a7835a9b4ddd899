use crate::support::{Script, TestApp, form};
use app::domain::TokenForm;
use serde_json::{Value, json};

/// A token of the admin's with every field set.
async fn full(app: &TestApp) -> String {
    let form = TokenForm {
        description: "Every night".into(),
        expires_at: Some("2027-02-21T18:00:00Z".into()),
        allowed_addresses: Some("10.0.0.0/8 203.0.113.9".into()),
        rate_requests: Some("100".into()),
        rate_seconds: Some("60".into()),
        metadata: Some("env: prod\nteam: pay".into()),
        ..form("Sync", &["projects:read", "billing:read"])
    };
    app.made(&form).await.token.id.to_string()
}

async fn patched(script: &Script, id: &str, version: i64, body: &Value) -> Value {
    let answer = script.patch(id, &format!("\"{version}\""), body).await;
    assert_eq!(answer.status, 200, "{body}: {}", answer.text);
    assert_eq!(answer.headers["etag"], format!("\"{}\"", answer.json()["version"]));
    answer.json()
}

#[tokio::test]
async fn what_is_absent_stays_and_null_clears() {
    let app = TestApp::new().await;
    let (script, id) = (app.manager().await, full(&app).await);
    let before = script.get(&format!("/v1/tokens/{id}")).await.json();
    let mut expected = before.clone();
    for (version, (body, member, value)) in (1..).zip([
        (json!({ "description": "Every hour" }), "description", json!("Every hour")),
        (json!({ "description": null }), "description", json!("")),
        (json!({ "name": "Ledger" }), "name", json!("Ledger")),
        (json!({ "expires_at": null }), "expires_at", json!(null)),
        (json!({ "allowed_addresses": null }), "allowed_addresses", json!([])),
        (json!({ "permissions": ["projects:read"] }), "permissions", json!(["projects:read"])),
        (
            json!({ "rate_limit": { "requests": 5 } }),
            "rate_limit",
            json!({ "requests": 5, "per_seconds": 60 }),
        ),
        (
            json!({ "rate_limit": { "per_seconds": 9 } }),
            "rate_limit",
            json!({ "requests": 5, "per_seconds": 9 }),
        ),
        (json!({ "rate_limit": null }), "rate_limit", json!(null)),
        (
            json!({ "metadata": { "env": "test", "team": null, "gone": null, "x": "" } }),
            "metadata",
            json!({ "env": "test", "x": "" }),
        ),
        (json!({ "metadata": null }), "metadata", json!({})),
    ]) {
        let token = patched(&script, &id, version, &body).await;
        expected[member] = value;
        expected["version"] = json!(version + 1);
        expected["updated_at"] = token["updated_at"].clone();
        assert_eq!(token, expected, "{body}");
    }
}

#[tokio::test]
async fn saying_nothing_or_what_is_so_already_changes_nothing() {
    let app = TestApp::new().await;
    let (script, id) = (app.manager().await, full(&app).await);
    let before = app.fingerprint().await;
    let same = json!({
        "name": "Sync",
        "permissions": ["billing:read", "projects:read"],
        "expires_at": "2027-02-21T19:00:00+01:00",
        "allowed_addresses": ["10.0.0.0/8", "203.0.113.9"],
        "rate_limit": { "requests": 100, "per_seconds": 60 }
    });
    let metadata = json!({ "metadata": { "env": "prod", "gone": null } });
    for body in [json!({}), same, metadata, json!({ "metadata": {} }), json!({ "rate_limit": {} })] {
        assert_eq!(patched(&script, &id, 1, &body).await["version"], 1, "{body}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_change_from_an_old_version_is_refused_with_the_one_that_is_stored() {
    let app = TestApp::new().await;
    let (script, id) = (app.manager().await, full(&app).await);
    patched(&script, &id, 1, &json!({ "name": "First" })).await;
    let before = app.fingerprint().await;
    for old in ["\"1\"", "\"7\""] {
        let answer = script.patch(&id, old, &json!({ "name": "Second" })).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &problem["code"], &problem["version"]),
            (409, &json!("conflict"), &json!(2)),
            "{old}"
        );
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn which_version_is_meant_has_to_be_said() {
    let app = TestApp::new().await;
    let (script, id) = (app.manager().await, full(&app).await);
    let path = format!("/v1/tokens/{id}");
    let json = ("content-type", "application/json");
    let missing = script.send("PATCH", &path, &[json], "{}").await;
    assert_eq!((missing.status.as_u16(), &missing.json()["code"]), (428, &json!("precondition_required")));
    for wrong in ["1", "\"1", "\"01\"", "\"+1\"", "\"one\"", "", "\"\"", "\"1\", *", "\"1-draft\""] {
        let answer = script.send("PATCH", &path, &[json, ("if-match", wrong)], "{}").await;
        assert_eq!(
            (answer.status.as_u16(), answer.faults()),
            (422, vec!["If-Match malformed".to_owned()]),
            "{wrong}"
        );
    }
    // Several header lines form one list. A proxy that compresses may have changed the tag that it passed on.
    let twice = [json, ("if-match", "\"7\""), ("if-match", "\"1\"")];
    assert_eq!(script.send("PATCH", &path, &twice, "{}").await.status, 200);
    for right in ["\"1\"", "W/\"1\"", "\"1-gzip\"", "\"1;br\"", "\"7\", \"1\"", "*"] {
        assert_eq!(
            script.send("PATCH", &path, &[json, ("if-match", right)], "{}").await.status,
            200,
            "{right}"
        );
    }
}

#[tokio::test]
async fn of_two_changes_from_one_version_exactly_one_wins() {
    let app = TestApp::new().await;
    let (script, id) = (app.manager().await, full(&app).await);
    let (left, right) = (json!({ "name": "Left" }), json!({ "name": "Right" }));
    let (left, right) = tokio::join!(script.patch(&id, "\"1\"", &left), script.patch(&id, "\"1\"", &right));
    let mut statuses = [left.status.as_u16(), right.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test]
async fn what_cannot_be_saved_is_told_by_its_place() {
    let app = TestApp::new().await;
    let (script, id) = (app.manager().await, full(&app).await);
    script.make("Taken").await;
    let before = app.fingerprint().await;
    for (body, fault) in [
        (json!({ "name": null }), "/name type"),
        (json!({ "name": "" }), "/name empty"),
        (json!({ "name": "taken" }), "/name taken"),
        (json!({ "permissions": null }), "/permissions type"),
        (json!({ "permissions": [] }), "/permissions empty"),
        (json!({ "permissions": ["ghosts:summon"] }), "/permissions unknown"),
        (json!({ "expires_at": "2020-01-01T00:00:00Z" }), "/expires_at past"),
        (json!({ "expires_at": "tomorrow" }), "/expires_at malformed"),
        (json!({ "rate_limit": { "requests": null } }), "/rate_limit/requests type"),
        (json!({ "rate_limit": { "requests": 0 } }), "/rate_limit malformed"),
        (json!({ "rate_limit": [1, 2] }), "/rate_limit type"),
        (json!({ "secret": "x" }), "/secret type"),
        (json!(["Name"]), " type"),
        (json!(null), " type"),
        (json!("x"), " type"),
    ] {
        let answer = script.patch(&id, "\"1\"", &body).await;
        assert_eq!((answer.status.as_u16(), answer.faults()), (422, vec![fault.to_owned()]), "{body}");
    }
    assert_eq!(app.fingerprint().await, before);
}
