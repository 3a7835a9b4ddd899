//! A token gives no more than it has in time, place and rate, just as it gives no permission that it lacks.

use crate::{
    engine,
    support::{Script, TestApp, form},
};
use app::domain::{Created, Overlap, TokenForm};
use serde_json::{Value, json};

const WRITE: [&str; 2] = ["tokenry.tokens:write", "projects:read"];
const END: &str = "2026-12-01T00:00:00Z";

fn limited(name: &str) -> TokenForm {
    TokenForm {
        expires_at: Some(END.into()),
        allowed_addresses: Some("10.0.0.0/8".into()),
        rate_requests: Some("1000".into()),
        rate_seconds: Some("60".into()),
        ..form(name, &WRITE)
    }
}

/// A token of the admin's with every limit, used within its limits.
async fn caller(app: &TestApp) -> (Script, Created) {
    let made = app.made(&limited("Provisioning")).await;
    let visitor = app.stranger().coming_from([10, 0, 0, 7].into());
    (Script { visitor, secret: made.secret.as_str().to_owned() }, made)
}

fn within() -> Value {
    json!({
        "name": "Within",
        "permissions": ["projects:read"],
        "expires_at": END,
        "allowed_addresses": ["10.1.0.0/16", "10.2.0.1"],
        "rate_limit": { "requests": 1_000, "per_seconds": 60 }
    })
}

/// Values that each exceed the caller's limits, under the dimension that the refusal names.
fn beyond() -> Vec<(&'static str, Value)> {
    vec![
        ("expires_at", json!(null)),
        ("expires_at", json!("2026-12-01T00:00:01Z")),
        ("allowed_addresses", json!([])),
        ("allowed_addresses", json!(["10.1.0.0/16", "192.0.2.1"])),
        ("allowed_addresses", json!(["0.0.0.0/0"])),
        ("allowed_addresses", json!(["::/0"])),
        ("rate_limit", json!(null)),
        // As many in the long run, but more at once; and as many at once, but more in the long run.
        ("rate_limit", json!({ "requests": 2_000, "per_seconds": 120 })),
        ("rate_limit", json!({ "requests": 1_000, "per_seconds": 59 })),
    ]
}

async fn wanted(app: &TestApp) -> String {
    let sql = "select kind || ' ' || (details ->> 'wanted') from event order by id desc limit 1";
    sqlx::query_scalar(engine::sql(sql)).fetch_one(&mut app.raw().await).await.unwrap()
}

#[tokio::test]
async fn a_token_makes_nothing_beyond_its_end_its_addresses_or_its_rate() {
    let app = TestApp::new().await;
    let (script, made) = caller(&app).await;
    for (member, value) in beyond() {
        let (before, last) = (app.data().await, app.last_line().await);
        let mut body = within();
        body[member] = value.clone();
        let answer = script.post("/v1/tokens", &body).await;
        let problem = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &problem["code"]),
            (403, &json!("forbidden")),
            "{member}: {value}"
        );
        assert!(problem["detail"].as_str().unwrap().contains(member), "{problem}");
        assert!(problem.get("missing").is_none(), "{problem}");
        assert_eq!(app.data().await, before, "{member}: {value}");
        assert_eq!(app.kinds_after(last).await, ["refused"], "{member}: {value}");
        assert_eq!(wanted(&app).await, format!("refused {member}"));
        // Leaving the limit out asks for none.
        body.as_object_mut().unwrap().remove(member);
        assert_eq!(script.post("/v1/tokens", &body).await.status, 403, "{member} is left out");
    }
    let answer = script.post("/v1/tokens", &within()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let parent = json!({ "id": made.token.id.to_string(), "name": "Provisioning" });
    assert_eq!(answer.json()["token"]["parent"], parent);
}

#[tokio::test]
async fn a_token_lifts_neither_its_own_limits_nor_those_of_what_it_made() {
    let app = TestApp::new().await;
    let (script, made) = caller(&app).await;
    let child = script.post("/v1/tokens", &within()).await.json()["token"]["id"].as_str().unwrap().to_owned();
    // The caller itself comes last, because a narrower limit takes effect at once.
    for id in [child, made.token.id.to_string()] {
        let before = app.data().await;
        for (member, value) in beyond() {
            let answer = script.patch(&id, "\"1\"", &json!({ member: value })).await;
            assert_eq!(answer.status, 403, "{member}: {value}: {}", answer.text);
            assert!(answer.json()["detail"].as_str().unwrap().contains(member), "{}", answer.text);
        }
        let more =
            script.patch(&id, "\"1\"", &json!({ "permissions": ["projects:read", "billing:read"] })).await;
        assert_eq!((more.status.as_u16(), &more.json()["missing"]), (403, &json!(["billing:read"])));
        assert_eq!(app.data().await, before);
        let narrower = json!({
            "expires_at": "2026-11-30T00:00:00Z",
            "allowed_addresses": ["10.0.0.0/16"],
            "rate_limit": { "requests": 900, "per_seconds": 61 }
        });
        assert_eq!(script.patch(&id, "\"1\"", &narrower).await.status, 200);
    }
}

#[tokio::test]
async fn a_token_renews_nothing_that_outlives_or_outreaches_it() {
    let app = TestApp::new().await;
    let (script, made) = caller(&app).await;
    type Lift = fn(&mut TokenForm);
    let limits: [(&str, Lift); 3] = [
        ("expires_at", |form| form.expires_at = None),
        ("allowed_addresses", |form| form.allowed_addresses = None),
        ("rate_limit", |form| form.rate_requests = None),
    ];
    for (dimension, lift) in limits {
        let mut form = limited(&format!("Without {dimension}"));
        lift(&mut form);
        let id = app.made(&form).await.token.id;
        let path = format!("/v1/tokens/{id}");
        // Disabling a token gives no power. Enabling it does, and so does a new secret.
        assert_eq!(script.post(&format!("{path}/disable"), &json!({})).await.status, 200, "{dimension}");
        for action in ["rotate", "enable"] {
            let answer = script.post(&format!("{path}/{action}"), &json!({})).await;
            assert_eq!(answer.status, 403, "{dimension}: {action}: {}", answer.text);
            assert!(answer.text.contains(dimension), "{}", answer.text);
            assert_eq!(wanted(&app).await, format!("refused {dimension}"));
        }
        // A caller cannot add even a permission of its own to a token that lasts longer. This one has them already.
        let gains = script.patch(&id.to_string(), "\"2\"", &json!({ "permissions": WRITE })).await;
        assert_eq!(gains.status, 200, "it has these already: {}", gains.text);
    }
    let weak = TokenForm { expires_at: None, ..form("For ever", &["billing:read"]) };
    let id = app.made(&weak).await.token.id.to_string();
    let gains = json!({ "permissions": ["billing:read", "projects:read"] });
    let answer = script.patch(&id, "\"1\"", &gains).await;
    assert_eq!(answer.status, 403, "{}", answer.text);
    assert!(answer.text.contains("expires_at"), "{}", answer.text);
    // The caller can rotate itself, because the result has no more than the caller.
    let own = script.post(&format!("/v1/tokens/{}/rotate", made.token.id), &json!({})).await;
    assert_eq!(own.status, 200, "{}", own.text);
}

#[tokio::test]
async fn a_secret_in_its_overlap_makes_and_renews_nothing_that_lasts_longer() {
    let app = TestApp::new().await;
    let made = app.made(&form("Provisioning", &WRITE)).await;
    let new = app
        .service
        .rotate_token(&app.admin.caller, made.token.id, None, Overlap::of_seconds(3_600))
        .await
        .unwrap();
    let script =
        |secret: &Created| Script { visitor: app.stranger(), secret: secret.secret.as_str().to_owned() };
    let (old, new) = (script(&made), script(&new));
    let itself = format!("/v1/tokens/{}/rotate", made.token.id);
    for (what, answer) in [
        ("itself", old.post(&itself, &json!({ "overlap_seconds": 3_600 })).await),
        (
            "a new one",
            old.post("/v1/tokens", &json!({ "name": "A", "permissions": ["projects:read"] })).await,
        ),
    ] {
        assert_eq!(answer.status, 403, "{what}: {}", answer.text);
        assert!(answer.text.contains("ends at 2026-11-23T19:04:"), "{what}: {}", answer.text);
    }
    let short =
        json!({ "name": "A", "permissions": ["projects:read"], "expires_at": "2026-11-23T18:30:00Z" });
    assert_eq!(old.post("/v1/tokens", &short).await.status, 201);
    assert_eq!(new.post(&itself, &json!({ "overlap_seconds": 3_600 })).await.status, 200);
}

#[tokio::test]
async fn people_and_the_operator_are_limited_by_no_token() {
    let app = TestApp::new().await;
    let (_, made) = caller(&app).await;
    for caller in [app.admin.caller.clone(), app::domain::Caller::operator()] {
        app.service.rotate_token(&caller, made.token.id, None, Overlap::of_seconds(0)).await.unwrap();
    }
    let token = app.service.token(&app.admin.caller, made.token.id).await.unwrap();
    let lifted = TokenForm {
        expires_at: Some(String::new()),
        allowed_addresses: Some(String::new()),
        rate_requests: Some(String::new()),
        ..form("Provisioning", &WRITE)
    };
    app.service.edit_token(&app.admin.caller, token.id, token.version, &lifted).await.unwrap();
}
