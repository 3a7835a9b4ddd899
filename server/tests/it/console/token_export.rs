//! The tokens, exported as a table for other programs.

use crate::{
    engine::sql,
    support::{Answer, TestApp, Visitor, form},
};
use app::domain::{EXPORT_ROWS, Role, TokenForm};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

const EXPORT: &str = "/settings/tokens/export";

async fn rows(visitor: &Visitor, query: &str) -> Vec<csv::StringRecord> {
    let answer = visitor.get(&format!("{EXPORT}{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
    read(&answer)
}

fn read(answer: &Answer) -> Vec<csv::StringRecord> {
    let mut table = csv::ReaderBuilder::new().from_reader(answer.text.as_bytes());
    table.records().map(Result::unwrap).collect()
}

fn names(rows: &[csv::StringRecord]) -> Vec<&str> {
    rows.iter().map(|row| &row[1]).collect()
}

#[tokio::test]
async fn every_column_is_as_the_token_has_it() {
    let app = TestApp::new().await;
    let wanted = TokenForm {
        description: "Every \"night\", at 3".into(),
        expires_at: Some("2027-02-21".into()),
        allowed_addresses: Some("203.0.113.9, 10.0.0.0/8".into()),
        rate_requests: Some("100".into()),
        rate_seconds: Some("60".into()),
        metadata: Some("team: Payments\nenv: prod".into()),
        ..form("Nightly export", &["projects:write", "billing:read"])
    };
    let token = app.made(&wanted).await.token;
    app.service.set_disabled(&app.admin.caller, token.id, None, true).await.unwrap();
    let answer = app.visitor().get(EXPORT).await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header(header::CONTENT_DISPOSITION), "attachment; filename=\"tokenry-tokens.csv\"");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let head = "\u{feff}id,name,description,owner,status,permissions,secret_hint,created_at,last_used_at,\
        last_used_address,expires_at,disabled_at,allowed_addresses,rate_limit,metadata\r\n";
    assert!(answer.text.starts_with(head), "{}", answer.text);
    let now = app::service::Clock::now(&*app.clock).to_string();
    let expected = [
        &token.id.to_string(),
        "Nightly export",
        "Every \"night\", at 3",
        "Ada Moreau",
        "disabled",
        "billing:read projects:write",
        &token.secret_hint.to_string(),
        &token.created_at.to_string(),
        "",
        "",
        "2027-02-22T00:00:00.000Z",
        &now,
        "203.0.113.9 10.0.0.0/8",
        "100 in 60 s",
        "env: prod\nteam: Payments",
    ];
    let rows = read(&answer);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn no_spreadsheet_takes_a_cell_for_a_formula() {
    let app = TestApp::new().await;
    for name in ["=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)", "＝1+1"] {
        app.create(name).await;
    }
    let rows = rows(&app.visitor(), "").await;
    assert_eq!(names(&rows), ["'＝1+1", "'@SUM(A1)", "'-1", "'+1", "'=HYPERLINK(\"http://evil.example\")"]);
}

#[tokio::test]
async fn the_filters_of_the_list_are_those_of_the_table() {
    let app = TestApp::new().await;
    let (visitor, ines) = (app.visitor(), app.user("Ines Okafor", Role::Member).await);
    app.create("Deploy bot").await;
    let disabled = app.create("Backup").await.token.id;
    app.service.set_disabled(&app.admin.caller, disabled, None, true).await.unwrap();
    app.clock.forward(1);
    app.service.create_token(&ines.caller, &form("Payroll", &["billing:read"])).await.unwrap();
    let owner = format!("?owner={}", ines.id());
    for (query, expected) in [
        ("", &["Payroll", "Backup", "Deploy bot"][..]),
        ("?q=deploy", &["Deploy bot"]),
        ("?status=disabled", &["Backup"]),
        ("?permission=billing%3Aread", &["Payroll"]),
        (owner.as_str(), &["Payroll"]),
        ("?sort=name", &["Backup", "Deploy bot", "Payroll"]),
        ("?sort=-last_used_at", &["Payroll", "Backup", "Deploy bot"]),
        ("?q=&status=&owner=&permission=&sort=", &["Payroll", "Backup", "Deploy bot"]),
        ("?q=nothing+like+it", &[]),
    ] {
        assert_eq!(names(&rows(&visitor, query).await), expected, "{query}");
    }
    let theirs = app.visitor_as(&ines);
    for query in ["", &format!("?owner={}", app.admin.id())] {
        let rows = rows(&theirs, query).await;
        assert!(names(&rows).iter().all(|name| *name == "Payroll"), "{query}: nothing of anybody else’s");
    }
}

#[tokio::test]
async fn a_filter_that_makes_no_sense_lets_nothing_through() {
    let app = TestApp::new().await;
    app.create("Deploy bot").await;
    for query in [
        "status=asleep",
        "owner=x",
        "permission=x",
        "sort=id",
        "stauts=active",
        "q=a&q=b",
        "q=%00",
        "%ff=%fe",
    ] {
        let answer = app.visitor().get(&format!("{EXPORT}?{query}")).await;
        assert!(answer.status.is_client_error(), "{query}: {}", answer.status);
        assert!(!answer.text.contains("Deploy bot") && answer.text.contains("Go to the tokens"), "{query}");
    }
}

/// Adds a first token and this many more of the same owner.
async fn many(app: &TestApp, count: i64) {
    app.create("First").await;
    let mut raw = app.raw().await;
    sqlx::query(sql("with recursive n (i) as (select 1 union all select i + 1 from n where i < $1)
         insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version)
         select randomblob(16), (select owner_id from token), 'Token ' || i, 'token ' || i, '', i / 3, i, 1
           from n"))
    .bind(count)
    .execute(&mut raw)
    .await
    .unwrap();
    sqlx::query(sql("insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
         select id, id, randomblob(32), 'tkr', 'x9Qf', true, 1 from token where name <> 'First'"))
    .execute(&mut raw)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_table_of_several_pages_has_every_token_once() {
    let app = TestApp::new().await;
    let count = 2 * EXPORT_ROWS as usize + 7;
    many(&app, count as i64).await;
    for query in ["", "?sort=name", "?sort=expires_at", "?sort=last_used_at"] {
        let rows = rows(&app.visitor(), query).await;
        let mut ids: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((rows.len(), ids.len()), (count + 1, count + 1), "{query}");
    }
}

#[tokio::test]
async fn a_table_that_cannot_be_read_to_its_end_breaks_off() {
    let app = TestApp::new().await;
    many(&app, 2 * i64::from(EXPORT_ROWS)).await;
    let cookie = format!("tokenry={}", app.admin.key.expose());
    let request = Visitor::request("GET", EXPORT).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let router = server::build(app.service.clone(), server::Network::default());
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    app.store.close().await;
    assert!(answer.into_body().collect().await.is_err(), "nobody takes a part for the whole");
    let later = app.visitor().get(EXPORT).await;
    assert_eq!(later.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!later.text.contains("First"));
}
