use crate::support::{Answer, Script, TestApp};
use serde_json::{Value, json};

async fn create(script: &Script, key: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    script.send("POST", "/v1/tokens", &headers, &body.to_string()).await
}

fn body(name: &str) -> Value {
    json!({ "name": name, "permissions": ["projects:read"] })
}

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

#[tokio::test]
async fn the_same_asked_twice_is_made_once_and_the_secret_shown_once() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let first = create(&script, "a-1", &body("Sync")).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let before = app.fingerprint().await;
    // The first request again, spelt differently.
    let spelt = r#" { "permissions":["projects:read"],"description":null, "name":"Sync" }"#;
    let headers = [("content-type", "application/json"), ("idempotency-key", "a-1")];
    let second = script.send("POST", "/v1/tokens", &headers, spelt).await;
    assert_eq!(second.status, 200, "{}", second.text);
    let (first, second) = (first, second.json());
    assert_eq!(second["token"], first.json()["token"]);
    assert_eq!((&second["secret"], &second["replayed"]), (&Value::Null, &json!(true)));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_key_stands_for_one_request() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    assert_eq!(create(&script, "a-1", &body("Sync")).await.status, 201);
    let before = app.fingerprint().await;
    let other = create(&script, "a-1", &body("Other")).await;
    assert_eq!((other.status.as_u16(), other.faults()), (422, vec!["Idempotency-Key reused".to_owned()]));
    assert_eq!(app.fingerprint().await, before);
    // The same key from another caller is another key.
    let another = app.manager().await;
    assert_eq!(create(&another, "a-1", &body("Other")).await.status, 201);
}

#[tokio::test]
async fn of_the_same_asked_many_times_at_once_exactly_one_is_made() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let wanted = body("Sync");
    let all = futures_util::future::join_all((0..20).map(|_| create(&script, "a-1", &wanted))).await;
    let statuses = |status: u16| all.iter().filter(|answer| answer.status == status).count();
    assert_eq!((statuses(201), statuses(200)), (1, 19));
    assert_eq!(app.number("select count(*) from token where name = 'Sync'").await, 1);
    assert_eq!(app.number("select count(*) from event where kind = 'token.created'").await, 2);
}

#[tokio::test]
async fn what_was_refused_leaves_the_key_free() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    assert_eq!(create(&script, "a-1", &body(" ")).await.status, 422);
    assert_eq!(create(&script, "a-1", &body("Sync")).await.status, 201);
}

#[tokio::test]
async fn a_token_that_was_deleted_since_is_not_made_anew() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let made = create(&script, "a-1", &body("Sync")).await.json();
    let place = format!("/v1/tokens/{}", made["token"]["id"].as_str().unwrap());
    assert_eq!(script.send("DELETE", &place, &[], "").await.status, 204);
    assert_eq!(create(&script, "a-1", &body("Sync")).await.status, 404);
    assert_eq!(script.names("?search=Sync").await, Vec::<String>::new());
}

#[tokio::test]
async fn after_a_day_a_key_is_forgotten() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    assert_eq!(create(&script, "a-1", &body("Sync")).await.status, 201);
    app.clock.forward(DAY_MS - 1);
    assert_eq!(create(&script, "a-1", &body("Sync")).await.status, 200);
    app.clock.forward(1);
    assert_eq!(create(&script, "a-1", &body("Another")).await.status, 201);
    assert_eq!(app.number("select count(*) from idempotency").await, 1);
}

#[tokio::test]
async fn neither_a_key_nor_a_request_is_kept_as_it_was_sent() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    create(&script, "a-key-that-could-be-personal", &body("Sync")).await;
    let key = "select count(*) from idempotency where instr(hex(key), '706572736F6E616C') > 0 or instr(hex(request), '53796E63') > 0";
    assert_eq!(app.number(key).await, 0);
    assert_eq!(app.number("select count(*) from idempotency where length(key) = 32").await, 1);
}

#[tokio::test]
async fn what_cannot_be_a_key_is_refused() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let long = "k".repeat(256);
    for wrong in ["", " ", "a b", "\t", &long] {
        let answer = create(&script, wrong, &body("Sync")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.faults()),
            (422, vec!["Idempotency-Key malformed".to_owned()])
        );
    }
    let twice = [("content-type", "application/json"), ("idempotency-key", "a"), ("idempotency-key", "b")];
    let answer = script.send("POST", "/v1/tokens", &twice, &body("Sync").to_string()).await;
    assert_eq!(answer.status, 400);
    assert_eq!(app.number("select count(*) from token").await, 1);
    assert_eq!(create(&script, &"k".repeat(255), &body("Sync")).await.status, 201);
}
