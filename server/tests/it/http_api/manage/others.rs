//! The catalogue, people and events, and behaviour that all addresses share.

use crate::support::{TestApp, form};
use app::domain::{Role, TokenForm};
use serde_json::{Value, json};

fn members(items: &Value, member: &str) -> Vec<Value> {
    items["items"].as_array().unwrap().iter().map(|item| item[member].clone()).collect()
}

#[tokio::test]
async fn any_valid_token_reads_the_catalogue() {
    let app = TestApp::new().await;
    let script = app.script(&["projects:read"]).await;
    let answer = script.get("/v1/permissions").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let catalogue = answer.json();
    let resources = catalogue["resources"].as_array().unwrap();
    let names: Vec<&str> = resources.iter().map(|resource| resource["name"].as_str().unwrap()).collect();
    let own = ["tokenry.tokens", "tokenry.people", "tokenry.audit", "tokenry.webhooks"];
    assert_eq!(names, [&["projects", "billing"], &own[..]].concat());
    let read = json!({ "name": "read", "label": "Read", "permission": "projects:read" });
    assert_eq!(resources[0]["actions"][0], read);
    let nobody = crate::support::Script { visitor: app.stranger(), secret: String::new() };
    assert_eq!(nobody.get("/v1/permissions").await.status, 401);
}

#[tokio::test]
async fn people_are_listed_newest_first_page_by_page() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for name in ["Ines Okafor", "Otto Brandt", "Vera Lindqvist"] {
        app.user(name, Role::Member).await;
    }
    let first = script.get("/v1/people?limit=3").await.json();
    assert_eq!(members(&first, "name"), ["Vera Lindqvist", "Otto Brandt", "Ines Okafor"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = script.get(&format!("/v1/people?limit=3&cursor={cursor}")).await.json();
    let ada = &second["items"][0];
    assert_eq!(
        (&ada["name"], &ada["role"], &ada["status"]),
        (&json!("Ada Moreau"), &json!("admin"), &json!("active"))
    );
    assert_eq!((&ada["email"], &ada["tokens"]), (&json!("ada@example.com"), &json!(1)));
    assert_eq!(second["next_cursor"], Value::Null);
    let newer = format!("n{}", &cursor[1..]);
    for wrong in ["cursor=x", &*format!("cursor={newer}"), "limit=0", "role=admin"] {
        assert_eq!(script.get(&format!("/v1/people?{wrong}")).await.status, 422, "{wrong}");
    }
}

#[tokio::test]
async fn events_are_listed_newest_first_and_narrowed_down() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let made = script.make("Sync").await["token"]["id"].clone();
    let id = made.as_str().unwrap();
    script.patch(id, "\"1\"", &json!({ "name": "Ledger" })).await;
    let first = script.get(&format!("/v1/events?token_id={id}&limit=1")).await.json();
    let line = &first["items"][0];
    assert_eq!((&line["kind"], &line["token_id"]), (&json!("token.edited"), &made));
    assert_eq!(
        (&line["target_name"], &line["actor"]["email"]),
        (&json!("Ledger"), &json!("ada@example.com"))
    );
    assert_eq!(line["details"]["after"]["name"], "Ledger");
    assert!(line["details"]["with_token"].is_string(), "which of the owner's tokens did it");
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = script.get(&format!("/v1/events?token_id={id}&cursor={cursor}")).await.json();
    assert_eq!(members(&second, "kind"), ["token.created"]);
    assert_eq!(second["next_cursor"], Value::Null);
    let ada = app.admin.id();
    for (query, count) in [
        (format!("kind=token.edited&person_id={ada}"), 1),
        ("from=2026-11-23&to=2026-11-23&kind=token.created".to_owned(), 2),
        ("to=2026-11-22".to_owned(), 0),
        ("from=2026-11-23T18:04:05.002Z&kind=token.edited".to_owned(), 1),
        ("to=2026-11-23T18:04:05Z".to_owned(), 0),
        ("address=192.0.2.1".to_owned(), 0),
    ] {
        let found = script.get(&format!("/v1/events?{query}")).await;
        assert_eq!(found.status, 200, "{query}: {}", found.text);
        assert_eq!(members(&found.json(), "id").len(), count, "{query}");
    }
    for wrong in [
        "kind=token.eaten",
        "person_id=x",
        "token_id=x",
        "address=%00",
        "from=yesterday",
        "to=2026-13-01",
        "cursor=5",
        "cursor=e5",
        "cursor=e-000000000000005",
        "limit=201",
        "until=2026-11-23",
    ] {
        assert_eq!(script.get(&format!("/v1/events?{wrong}")).await.status, 422, "{wrong}");
    }
}

#[tokio::test]
async fn a_head_is_the_answer_without_its_body() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let id = script.make("Sync").await["token"]["id"].as_str().unwrap().to_owned();
    for path in
        ["/v1/tokens", &*format!("/v1/tokens/{id}"), "/v1/people", "/v1/permissions", "/v1/openapi.json"]
    {
        let (whole, head) = (script.get(path).await, script.send("HEAD", path, &[], "").await);
        assert_eq!((head.status, head.text.as_str()), (whole.status, ""), "{path}");
        for name in ["content-type", "cache-control", "etag"] {
            assert_eq!(head.headers.get(name), whole.headers.get(name), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_limited_is_told_where_it_stands() {
    let app = TestApp::new().await;
    let limited = TokenForm {
        rate_requests: Some("2".into()),
        rate_seconds: Some("60".into()),
        ..form("", &["tokenry.tokens:read"])
    };
    let secret = app.made(&limited).await.secret.as_str().to_owned();
    let script = crate::support::Script { visitor: app.stranger(), secret };
    for (status, left) in [(200, "r=1"), (404, "r=0"), (429, "r=0")] {
        let path = if status == 404 { "/v1/tokens/x" } else { "/v1/tokens" };
        let answer = script.get(path).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["ratelimit-policy"], "\"token\";q=2;w=60");
        assert!(answer.headers["ratelimit"].to_str().unwrap().contains(left), "{status}");
        assert_eq!(answer.headers.contains_key("retry-after"), status == 429);
    }
}

#[tokio::test]
async fn the_reference_shows_this_installation_and_loads_nothing_from_elsewhere() {
    let app = TestApp::new().await;
    let page = app.visitor().get("/reference").await;
    assert_eq!(page.status, 200);
    let document = app.stranger().get("/v1/openapi.json").await.json();
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(page.text.contains(path.as_str()), "{path}");
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.text.contains(&format!("id=\"{id}\"")), "{id}");
            assert!(page.text.contains(&format!("href=\"#{id}\"")), "{id}");
        }
    }
    for verdict in app::domain::Verdict::ALL {
        assert!(page.text.contains(verdict.as_str()), "{verdict}");
    }
    assert!(page.text.contains("http://127.0.0.1:3000/v1/tokens"));
    for elsewhere in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
        assert!(!page.text.contains(elsewhere), "{elsewhere}");
    }
}
