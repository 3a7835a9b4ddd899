//! Names as people write them: how a search finds them, their order, and the upgrade of older data.

use crate::support::{Script, TestApp, form};
use app::{
    domain::{SortBy, TokenFilter, TokenForm, TokenQuery, TokenSort},
    service::{Clock, NAMES_VERSION, sort_key},
};
use axum::http::StatusCode;
use server::store::{DatabaseUrl, open};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use uuid::Uuid;

/// In the order that people expect.
const SORTED: [&str; 12] = [
    "_staging",
    "2nd key",
    "Äpfel",
    "apple",
    "m2m",
    "rn team",
    "srv 1",
    "srv 02",
    "srv 10",
    "Straße",
    "zebra",
    "東京都",
];

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn shuffled() -> (TestApp, Script) {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for step in 0..SORTED.len() {
        app.create(SORTED[step * 5 % SORTED.len()]).await;
    }
    (app, script)
}

#[tokio::test]
async fn names_have_one_order_in_the_console_the_api_and_an_export() {
    let (app, script) = shuffled().await;
    for (sort, expected) in
        [("name", SORTED.to_vec()), ("-name", SORTED.iter().rev().copied().collect::<Vec<_>>())]
    {
        let expected: Vec<&str> = expected;
        let theirs = |name: &&String| name.as_str() != "Token 0";
        let by_api = script.names(&format!("?sort={sort}")).await;
        assert_eq!(by_api.iter().filter(theirs).collect::<Vec<_>>(), expected);
        for (path, before, after) in [("/settings/tokens", ">", "<"), ("/settings/tokens/export", ",", ",")] {
            let page = app.visitor().get(&format!("{path}?sort={sort}")).await;
            assert_eq!(page.status, StatusCode::OK);
            let places: Vec<usize> = expected
                .iter()
                .map(|name| page.text.find(&format!("{before}{name}{after}")).expect(name))
                .collect();
            assert!(places.is_sorted(), "{path} {sort}: {places:?}");
        }
    }
}

#[tokio::test]
async fn the_order_of_the_database_is_that_of_the_keys_from_page_to_page() {
    let (app, script) = shuffled().await;
    for number in 0..40_u32 {
        let scripts = ["srv", "Srv", "ÉCLAIR", "e\u{301}clair", "Ω", "ключ", "キー", "🔑", "-", "a b"];
        let name = format!("{} {}", scripts[number as usize % scripts.len()], number * 37 % 101);
        app.create(&name).await;
    }
    for is_descending in [false, true] {
        let sort = TokenSort { by: SortBy::Name, is_descending };
        let mut query = TokenQuery { filter: TokenFilter::default(), sort, cursor: None, limit: 7 };
        let mut found = Vec::new();
        loop {
            let scope = app::domain::Scope::Everybody;
            let page = app.store.list_tokens(scope, &query, app.clock.now()).await.unwrap();
            found.extend(page.tokens);
            // The cursor travels as text.
            query.cursor = page.next.map(|cursor| cursor.to_string().parse().unwrap());
            if query.cursor.is_none() {
                break;
            }
        }
        let mut expected = found.clone();
        expected.sort_by_key(|token| (sort_key(token.name.as_str()), token.id.as_uuid()));
        if is_descending {
            expected.reverse();
        }
        assert_eq!(found.len(), 40 + SORTED.len() + 1);
        assert!(found == expected, "{sort}");
    }
    // A cursor of a version that sorted by another key is not a place in this order.
    let old = format!("/v1/tokens?sort=name&cursor=n{}{}", "62696c6c", "0123456789ab7def8123456789abcdef");
    let refused = script.get(&old).await;
    assert_eq!((refused.status.as_u16(), refused.faults()), (422, vec!["cursor malformed".to_owned()]));
    assert!(refused.text.contains("Start again without one."), "{}", refused.text);
}

#[tokio::test]
async fn owners_are_sorted_as_names_are() {
    let app = TestApp::new().await;
    for name in ["Zoe Last", "robot10 Team", "Robot9 Team", "Émile First"] {
        let user = app.user(name, app::domain::Role::Member).await;
        app.service.create_token(&user.caller, &form("Sync", &["projects:read"])).await.unwrap();
    }
    app.create("Sync").await;
    let owners = app.store.token_owners(9).await.unwrap();
    let owners: Vec<&str> = owners.iter().map(|owner| owner.name.as_str()).collect();
    assert_eq!(owners, ["Ada Moreau", "Émile First", "Robot9 Team", "robot10 Team", "Zoe Last"]);
    let script = app.manager().await;
    let listed = script.get("/v1/tokens?sort=owner").await.json();
    let listed = listed["items"].as_array().unwrap().clone();
    let mut listed: Vec<&str> = listed.iter().map(|token| token["owner"]["name"].as_str().unwrap()).collect();
    listed.dedup();
    assert_eq!(listed, owners);
}

#[tokio::test]
async fn a_search_finds_names_as_people_type_them() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for name in [
        "İzmir sync",
        "Straße",
        "Cafe\u{301}",
        "東京都の鍵",
        "my_key",
        "Ada’s 'own'",
        "می\u{200c}خواهم",
        "👩\u{200d}💻 laptop",
    ] {
        app.create(name).await;
    }
    for (typed, found) in [
        ("izmir", "İzmir sync"),
        ("IZMIR", "İzmir sync"),
        ("strasse", "Straße"),
        ("café", "Cafe\u{301}"),
        ("cafe\u{301}", "Cafe\u{301}"),
        ("京", "東京都の鍵"),
        ("京都", "東京都の鍵"),
        ("の鍵", "東京都の鍵"),
        ("_", "my_key"),
        ("'", "Ada’s 'own'"),
        ("میخواهم", "می\u{200c}خواهم"),
        ("💻", "👩\u{200d}💻 laptop"),
        ("ｌａｐｔｏｐ", "👩\u{200d}💻 laptop"),
    ] {
        assert_eq!(script.names(&format!("?search={}", encoded(typed))).await, [found], "{typed}");
        let page = app.visitor().get(&format!("/settings/tokens?q={}", encoded(typed))).await;
        assert!(page.text.contains("1 of 9"), "{typed}: the count");
    }
}

#[tokio::test]
async fn the_end_of_a_secret_is_found_as_it_is_shown_and_in_any_case() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let made = app.create("Deploy").await;
    let (hint, last) = (made.token.secret_hint.to_string(), made.token.secret_hint.last);
    let typed = [
        hint.clone(),
        hint.replace('…', "..."),
        hint.to_lowercase(),
        format!("…{last}"),
        last.to_lowercase(),
        last.to_uppercase(),
    ];
    for typed in typed {
        let found = script.names(&format!("?search={}", encoded(&typed))).await;
        assert!(found.contains(&"Deploy".to_owned()), "{typed}: {found:?}");
        let page = app.visitor().get(&format!("/settings/tokens?q={}", encoded(&typed))).await;
        assert!(page.text.contains("Deploy"), "{typed}");
    }
    assert!(script.names(&format!("?search=x{}", encoded(&last))).await.is_empty());
}

#[tokio::test]
async fn joined_names_are_made_and_told_from_their_look_alikes() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    for (name, alike) in [("👩\u{200d}💻", "👩💻"), ("می\u{200c}خواهم", "میخواهم"), ("क्\u{200d}ष", "क्ष")]
    {
        assert_eq!(script.make(name).await["token"]["name"], name);
        let taken = script
            .post("/v1/tokens", &serde_json::json!({ "name": alike, "permissions": ["projects:read"] }))
            .await;
        assert_eq!(taken.faults(), ["/name taken"], "{alike}");
    }
    let hidden = script
        .post("/v1/tokens", &serde_json::json!({ "name": "a\u{200d}b", "permissions": ["projects:read"] }))
        .await;
    assert_eq!(hidden.faults(), ["/name invisible_character"]);
    assert!(hidden.text.contains("U+200D"), "{}", hidden.text);
}

#[tokio::test]
async fn ends_are_read_as_other_programs_write_them() {
    let app = TestApp::new().await;
    let script = app.manager().await;
    let made = async |end: &str| {
        let body = serde_json::json!({ "name": end, "permissions": ["projects:read"], "expires_at": end });
        script.post("/v1/tokens", &body).await
    };
    for (end, kept) in [
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
        ("2030-01-01t10:00:00z", "2030-01-01T10:00:00.000Z"),
        ("2030-01-01T10:00:00.123456+02:00", "2030-01-01T08:00:00.123Z"),
    ] {
        let answer = made(end).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let answer = answer.json();
        assert_eq!(answer["token"]["expires_at"], kept);
        let read = script.get(&format!("/v1/tokens/{}", answer["token"]["id"].as_str().unwrap())).await;
        assert_eq!(read.json()["expires_at"], kept);
    }
    for beyond in ["10000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "never"] {
        let refused = made(beyond).await;
        assert_eq!(refused.faults(), ["/expires_at malformed"], "{beyond}");
        assert!(refused.text.contains("up to 9999-12-31T23:59:59Z, or null for never"), "{}", refused.text);
    }
    let last = TokenForm { expires_at: Some("9999-12-31".into()), ..form("Last", &["projects:read"]) };
    let token = app.made(&last).await.token;
    let page = app.visitor().get(&format!("/settings/tokens/{}", token.id)).await;
    assert!(page.text.contains("the end of 31 Dec 9999, UTC"));
}

/// A database as left by a version without such keys.
async fn old(path: &std::path::Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::migrate!("migrations/sqlite").run_to(13, &mut raw).await.unwrap();
    for (name, email, key) in [
        ("Ada Moreau", "ada@example.com", "ada@example.com"),
        ("Émile", "user@münchen.example", "user@münchen.example"),
        ("Puny", "other@xn--mnchen-3ya.example", "other@xn--mnchen-3ya.example"),
        ("Same", "Other@MÜNCHEN.example", "other@münchen.example"),
    ] {
        sqlx::query(
            "insert into person (id, name, email, email_key, role, created_at)
             values ($1, $2, $3, $4, 'admin', (select count(*) from person))",
        )
        .bind(Uuid::now_v7())
        .bind(name)
        .bind(email)
        .bind(key)
        .execute(&mut raw)
        .await
        .unwrap();
    }
    for name in ["srv 10", "srv 2", "İzmir", "Straße", "東京都", "❤\u{fe0f}", "❤"] {
        let id = Uuid::now_v7();
        sqlx::query(
            "insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version, search_text)
             values ($1, (select id from person where name = 'Ada Moreau'), $2, $3, '', 1, 1, 1, $4)",
        )
        .bind(id)
        .bind(name)
        .bind(name.to_lowercase())
        .bind(format!("  {}", name.to_lowercase()))
        .execute(&mut raw)
        .await
        .unwrap();
        sqlx::query(
            "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
             values ($1, $1, $1, 'tkr', 'x9Qf', 1, 1)",
        )
        .bind(id)
        .execute(&mut raw)
        .await
        .unwrap();
    }
    raw
}

async fn keys(raw: &mut SqliteConnection) -> Vec<String> {
    let sql = "select name || ' ' || name_key || ' ' || hex(sort_key) || search_text from token
                union all select email || email_key || name_key || hex(sort_key) from person order by 1";
    sqlx::query_scalar(sql).fetch_all(raw).await.unwrap()
}

#[tokio::test]
async fn older_data_is_found_sorted_and_told_apart_like_new_data() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("old.db");
    let mut raw = old(&path).await;
    let store = open(&DatabaseUrl::sqlite(&path)).await.unwrap();
    let now = app::domain::Timestamp::from_millis(5);
    let names = async |search: &str| {
        let sort = TokenSort { by: SortBy::Name, is_descending: false };
        let filter = TokenFilter { search: Some(search.to_owned()), ..TokenFilter::default() };
        let query = TokenQuery { filter, sort, cursor: None, limit: 50 };
        let list = store.list_tokens(app::domain::Scope::Everybody, &query, now).await.unwrap();
        list.tokens.iter().map(|token| token.name.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["❤\u{fe0f}", "❤", "İzmir", "srv 2", "srv 10", "Straße", "東京都"]);
    assert_eq!(names("srv").await, ["srv 2", "srv 10"]);
    assert_eq!(names("izmir").await, ["İzmir"]);
    assert_eq!(names("strasse").await, ["Straße"]);
    assert_eq!(names("京").await, ["東京都"]);
    assert_eq!(names("tkr_…X9QF").await.len(), 7);

    use app::service::email_key;
    let signs_in = async |typed: &str| {
        let found = store.credentials(&email_key(typed)).await.unwrap();
        found.map(|found| found.person.name.as_str().to_owned())
    };
    assert_eq!(signs_in("USER@münchen.example").await.as_deref(), Some("Émile"));
    assert_eq!(signs_in("user@xn--mnchen-3ya.example").await.as_deref(), Some("Émile"));
    // Of two people with one address, the one who could sign in before still can.
    assert_eq!(signs_in("other@münchen.example").await.as_deref(), Some("Puny"));

    // Opening the data again, also after an interruption, leads to the same keys.
    let before = keys(&mut raw).await;
    assert!(before.iter().all(|row| !row.ends_with(' ')));
    sqlx::query("update names_written set version = 0, done = 3").execute(&mut raw).await.unwrap();
    sqlx::query("update token set sort_key = x'', search_text = '' where search_id > 3")
        .execute(&mut raw)
        .await
        .unwrap();
    assert_ne!(keys(&mut raw).await, before);
    open(&DatabaseUrl::sqlite(&path)).await.unwrap();
    assert_eq!(keys(&mut raw).await, before);
    let version: i64 = sqlx::query_scalar("select version from names_written where done = 0")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    assert_eq!(version, NAMES_VERSION);
}
