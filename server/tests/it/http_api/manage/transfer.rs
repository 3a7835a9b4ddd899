//! Tokens that scripts give to another owner.

use crate::support::{Script, TestApp, TestUser, form};
use app::domain::Role;
use serde_json::json;

async fn leaver(app: &TestApp) -> (TestUser, String) {
    let ines = app.user("Ines Okafor", Role::Member).await;
    let made = app.service.create_token(&ines.caller, &form("Sync", &["projects:read"])).await.unwrap();
    (ines, made.token.id.to_string())
}

async fn transfer(
    script: &Script,
    id: &str,
    headers: &[(&str, &str)],
    owner: &str,
) -> crate::support::Answer {
    let headers = [&[("content-type", "application/json")], headers].concat();
    let body = json!({ "owner": owner }).to_string();
    script.send("POST", &format!("/v1/tokens/{id}/transfer"), &headers, &body).await
}

#[tokio::test]
async fn a_leavers_token_is_transferred_once_and_goes_on_working() {
    let app = TestApp::new().await;
    let (script, asker) = (app.manager().await, app.asker().await);
    let ines = app.user("Ines Okafor", Role::Member).await;
    let made = app.service.create_token(&ines.caller, &form("Sync", &["projects:read"])).await.unwrap();
    let (id, machine) = (made.token.id.to_string(), app.service_account("Nightly builds", None).await);
    let (machine, last) = (machine.to_string(), app.last_line().await);
    let stale = transfer(&script, &id, &[("if-match", "\"7\"")], &machine).await;
    assert_eq!((stale.status.as_u16(), &stale.json()["version"]), (409, &json!(1)));
    let once = [("if-match", "\"1\""), ("idempotency-key", "leaver-1")];
    let moved = transfer(&script, &id, &once, &machine).await;
    assert_eq!(
        (moved.status.as_u16(), &moved.json()["owner"]["id"]),
        (200, &json!(machine)),
        "{}",
        moved.text
    );
    assert_eq!(moved.headers["etag"], "\"2\"");
    let verdict = asker.verify(&json!({ "secret": made.secret.as_str() })).await;
    assert_eq!(verdict["token"]["owner"]["name"], "Nightly builds");
    app.service.hand_over_token(&app.admin.caller, made.token.id, &ines.id().to_string()).await.unwrap();
    let again = transfer(&script, &id, &once, &machine).await;
    assert_eq!(again.json()["owner"]["name"], "Ines Okafor", "what was done before is not done again");
    assert_eq!(app.kinds_after(last).await, ["token.handed_over", "token.handed_over"]);
}

#[tokio::test]
async fn nothing_is_transferred_beyond_ones_power_or_to_nobody() {
    let app = TestApp::new().await;
    let (ines, id) = leaver(&app).await;
    let viewer = app.user("Vera Berg", Role::Viewer).await.id().to_string();
    let all = ["tokenry.tokens:read", "tokenry.tokens:write", "tokenry.tokens:write-all"];
    let own = app.script(&["tokenry.tokens:read", "tokenry.tokens:write", "projects:read"]).await;
    let (narrow, script) = (app.script(&all).await, app.manager().await);
    let admin = app.admin.id().to_string();
    let before = app.data().await;
    let refused = transfer(&own, &id, &[], &admin).await;
    let missing = json!(["tokenry.tokens:write-all"]);
    assert_eq!((refused.status.as_u16(), &refused.json()["missing"]), (403, &missing));
    let refused = transfer(&narrow, &id, &[], &admin).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["missing"]), (403, &json!(["projects:read"])));
    for (owner, fault) in [("", "/owner unknown"), ("x", "/owner unknown"), (&viewer, "/owner unknown")] {
        assert_eq!(transfer(&script, &id, &[], owner).await.faults(), [fault], "{owner}");
    }
    let nobody = "0199c3a4-5b6e-7c10-9f2d-3a41c8e07b55";
    assert_eq!(transfer(&script, &id, &[], nobody).await.status, 404);
    assert_eq!(transfer(&script, nobody, &[], &admin).await.status, 404);
    assert_eq!(transfer(&script, &id, &[], &ines.id().to_string()).await.status, 200, "theirs already");
    assert_eq!(app.data().await, before);
}
