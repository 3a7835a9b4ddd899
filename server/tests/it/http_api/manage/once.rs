//! Every change happens once, however often it is requested with one key.

use crate::support::{Answer, Script, TestApp};
use serde_json::{Value, json};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const ROTATE: &str = "{\"overlap_seconds\":3600}";

struct Change {
    method: &'static str,
    /// Follows the token's address.
    place: &'static str,
    body: &'static str,
    kind: &'static str,
}

const CHANGES: [Change; 5] = [
    Change { method: "PATCH", place: "", body: "{\"description\":\"Every hour\"}", kind: "token.edited" },
    Change { method: "POST", place: "/rotate", body: ROTATE, kind: "token.rotated" },
    Change { method: "POST", place: "/disable", body: "", kind: "token.disabled" },
    Change { method: "POST", place: "/enable", body: "", kind: "token.enabled" },
    Change { method: "DELETE", place: "", body: "", kind: "token.deleted" },
];

impl Change {
    async fn ask(&self, script: &Script, id: &str, headers: &[(&str, &str)]) -> Answer {
        let mut all = headers.to_vec();
        if !self.body.is_empty() {
            all.push(("content-type", "application/json"));
        }
        if self.method == "PATCH" && !headers.iter().any(|(name, _)| *name == "if-match") {
            all.push(("if-match", "*"));
        }
        script.send(self.method, &format!("/v1/tokens/{id}{}", self.place), &all, self.body).await
    }
}

/// The id and the secret of a new token that this change has an effect on.
async fn subject(app: &TestApp, script: &Script, change: &Change) -> (String, String) {
    let maker = &script.secret[script.secret.len() - 4..];
    let made = script.make(&format!("For {} by {maker}", change.kind)).await;
    let id = made["token"]["id"].as_str().unwrap().to_owned();
    if change.place == "/enable" {
        let disabled = script.send("POST", &format!("/v1/tokens/{id}/disable"), &[], "").await;
        assert_eq!(disabled.status, 200);
    }
    app.clock.forward(1);
    (id, made["secret"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_retried_rotation_ends_nothing_twice() {
    let app = TestApp::new().await;
    let (script, asker) = (app.manager().await, app.asker().await);
    let [_, rotate, ..] = &CHANGES;
    let (id, old) = subject(&app, &script, rotate).await;
    let first = rotate.ask(&script, &id, &[("idempotency-key", "k")]).await.json();
    let new = first["secret"].as_str().unwrap();
    let before = app.fingerprint().await;
    for _ in 0..3 {
        app.clock.forward(1_000);
        let again = rotate.ask(&script, &id, &[("idempotency-key", "k")]).await;
        assert_eq!((again.status.as_u16(), again.headers["etag"].to_str().unwrap()), (200, "\"2\""));
        let again = again.json();
        assert_eq!(
            (&again["token"], &again["secret"], &again["replayed"]),
            (&first["token"], &Value::Null, &json!(true))
        );
        assert!(again["detail"].as_str().unwrap().contains("The secret was in the first answer"));
        // The secret in production keeps working for its whole overlap, and the new one works as well.
        assert_eq!([asker.verdict(&old).await, asker.verdict(new).await], ["valid", "valid"]);
    }
    assert_eq!(app.fingerprint().await, before);
    app.clock.forward(3_600_000 - 3_000);
    assert_eq!([asker.verdict(&old).await, asker.verdict(new).await], ["expired", "valid"]);
}

#[tokio::test]
async fn the_same_change_asked_twice_is_made_once_and_answered_alike() {
    let app = TestApp::new().await;
    let writes_only = ["tokenry.tokens:write", "projects:read", "projects:write", "billing:read"];
    let scripts = [app.manager().await, app.script(&writes_only).await];
    for (script, change) in
        scripts.iter().flat_map(|script| CHANGES.iter().map(move |change| (script, change)))
    {
        let (id, _) = subject(&app, script, change).await;
        let line = app.last_line().await;
        let key = [("idempotency-key", change.kind)];
        let first = change.ask(script, &id, &key).await;
        assert!(first.status.is_success(), "{}: {}", change.kind, first.text);
        assert_eq!(app.kinds_after(line).await, [change.kind]);
        let before = app.fingerprint().await;
        app.clock.forward(1_000);
        let second = change.ask(script, &id, &key).await;
        assert_eq!((second.status, second.headers.get("etag")), (first.status, first.headers.get("etag")));
        match change.kind {
            "token.rotated" => assert_eq!(second.json()["token"], first.json()["token"]),
            _ => assert_eq!(second.text, first.text, "{}", change.kind),
        }
        assert!(second.secret().is_none(), "{}", change.kind);
        assert_eq!(app.fingerprint().await, before, "{}", change.kind);
        // Another key makes it another change.
        let other = change.ask(script, &id, &[("idempotency-key", "another")]).await;
        assert_eq!(other.status, if change.method == "DELETE" { 404 } else { 200 }, "{}", change.kind);
        app.run("delete from idempotency").await;
    }
}

#[tokio::test]
async fn of_one_change_asked_many_times_at_once_exactly_one_happens() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for change in &CHANGES {
        let (id, _) = subject(&app, &script, change).await;
        let line = app.last_line().await;
        let key = [("idempotency-key", change.kind)];
        let all = futures_util::future::join_all((0..20).map(|_| change.ask(&script, &id, &key))).await;
        assert!(all.iter().all(|answer| answer.status == all[0].status), "{}", change.kind);
        assert!(all[0].status.is_success(), "{}: {}", change.kind, all[0].text);
        assert_eq!(app.kinds_after(line).await, [change.kind]);
        let secrets = all.iter().filter(|answer| answer.secret().is_some()).count();
        assert_eq!(secrets, usize::from(change.kind == "token.rotated"), "{}", change.kind);
    }
}

#[tokio::test]
async fn what_others_did_since_is_not_undone_by_a_retry() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let [_, _, disable, enable, delete] = &CHANGES;
    let (id, _) = subject(&app, &script, disable).await;
    assert_eq!(disable.ask(&script, &id, &[("idempotency-key", "off")]).await.status, 200);
    assert_eq!(enable.ask(&script, &id, &[]).await.json()["status"], "active");
    assert_eq!(disable.ask(&script, &id, &[("idempotency-key", "off")]).await.json()["status"], "active");
    // This also holds where the first request had nothing to do.
    assert_eq!(enable.ask(&script, &id, &[("idempotency-key", "on")]).await.json()["status"], "active");
    assert_eq!(disable.ask(&script, &id, &[]).await.json()["status"], "disabled");
    assert_eq!(enable.ask(&script, &id, &[("idempotency-key", "on")]).await.json()["status"], "disabled");
    let path = format!("/v1/tokens/{id}");
    let edit = async |key, headers: &[(&str, &str)], body: &Value| {
        let mut all = vec![("content-type", "application/json"), ("if-match", "*"), ("idempotency-key", key)];
        all.extend(headers);
        script.send("PATCH", &path, &all, &body.to_string()).await.json()["description"].clone()
    };
    assert_eq!(edit("same", &[], &json!({ "description": "" })).await, "");
    assert_eq!(edit("new", &[], &json!({ "description": "New" })).await, "New");
    assert_eq!(edit("same", &[], &json!({ "description": "" })).await, "New");
    // A token that somebody has restored stays.
    assert_eq!(delete.ask(&script, &id, &[("idempotency-key", "gone")]).await.status, 204);
    app.run("update token set deleted_at = null").await;
    assert_eq!(delete.ask(&script, &id, &[("idempotency-key", "gone")]).await.status, 204);
    assert_eq!(script.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_key_stands_for_one_change() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let [edit, rotate, disable, ..] = &CHANGES;
    let (id, secret) = subject(&app, &script, rotate).await;
    let other = script.make("Another").await["token"]["id"].as_str().unwrap().to_owned();
    let key = [("idempotency-key", "k")];
    assert_eq!(rotate.ask(&script, &id, &key).await.status, 200);
    let before = app.fingerprint().await;
    let longer = Change { body: "{\"overlap_seconds\":7200}", ..*rotate };
    let created = async || {
        let headers = [("content-type", "application/json"), ("idempotency-key", "k")];
        script
            .send("POST", "/v1/tokens", &headers, "{\"name\":\"x\",\"permissions\":[\"projects:read\"]}")
            .await
    };
    for refused in [
        longer.ask(&script, &id, &key).await,
        rotate.ask(&script, &other, &key).await,
        disable.ask(&script, &id, &key).await,
        edit.ask(&script, &id, &key).await,
        CHANGES[4].ask(&script, &id, &key).await,
        created().await,
    ] {
        assert_eq!(
            (refused.status.as_u16(), refused.faults()),
            (422, vec!["Idempotency-Key reused".to_owned()])
        );
    }
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(app.asker().await.verdict(&secret).await, "valid");
    // The same key from another caller is another key.
    let another = app.manager().await;
    assert_eq!(disable.ask(&another, &id, &key).await.status, 200);
}

#[tokio::test]
async fn after_a_day_and_after_a_refusal_a_key_is_free() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let [edit, rotate, ..] = &CHANGES;
    let (id, _) = subject(&app, &script, rotate).await;
    let with = |version| [("idempotency-key", "k"), ("if-match", version)];
    assert_eq!(edit.ask(&script, &id, &with("\"7\"")).await.status, 409);
    assert_eq!(rotate.ask(&script, &id, &with("\"1\"")).await.status, 200);
    // A retry names the version that the first request started from.
    assert_eq!(rotate.ask(&script, &id, &with("\"1\"")).await.json()["replayed"], true);
    app.clock.forward(DAY_MS);
    assert_eq!(rotate.ask(&script, &id, &with("\"1\"")).await.status, 409);
    assert_eq!(rotate.ask(&script, &id, &with("\"2\"")).await.json()["token"]["version"], 3);
    assert_eq!(app.number("select count(*) from idempotency").await, 1);
}

#[tokio::test]
async fn a_change_from_an_old_version_does_not_happen() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for change in &CHANGES {
        let (id, _) = subject(&app, &script, change).await;
        let version = script.get(&format!("/v1/tokens/{id}")).await.json()["version"].as_i64().unwrap();
        let before = app.fingerprint().await;
        let (old, new) = (format!("\"{}\"", version + 1), format!("W/\"{version}-gzip\""));
        for wrong in [old.clone(), format!("{old}, \"900\"")] {
            let refused = change.ask(&script, &id, &[("if-match", &wrong)]).await;
            let problem = refused.json();
            assert_eq!(
                (refused.status.as_u16(), &problem["code"]),
                (409, &json!("conflict")),
                "{}",
                change.kind
            );
            assert_eq!(problem["version"], version, "{}", change.kind);
        }
        for nonsense in ["", "1", "\"one\"", "\"1-draft\"", "*, \"1\""] {
            let refused = change.ask(&script, &id, &[("if-match", nonsense)]).await;
            let faults = (refused.status.as_u16(), refused.faults());
            assert_eq!(faults, (422, vec!["If-Match malformed".to_owned()]), "{}: {nonsense}", change.kind);
        }
        assert_eq!(app.fingerprint().await, before, "{}", change.kind);
        let done = change.ask(&script, &id, &[("if-match", &format!("{old}, {new}"))]).await;
        assert!(done.status.is_success(), "{}: {}", change.kind, done.text);
        // The version is checked even where the token already is as requested.
        let late = change.ask(&script, &id, &[("if-match", &new)]).await;
        assert_eq!(late.status, if change.method == "DELETE" { 404 } else { 409 }, "{}", change.kind);
    }
}

#[tokio::test]
async fn a_star_is_whichever_version_there_is() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for change in &CHANGES {
        let (id, _) = subject(&app, &script, change).await;
        assert!(change.ask(&script, &id, &[("if-match", "*")]).await.status.is_success(), "{}", change.kind);
        let gone = "01234567-89ab-7def-8123-456789abcdef";
        assert_eq!(change.ask(&script, gone, &[("if-match", "*")]).await.status, 404, "{}", change.kind);
    }
}
