//! The audit log: every sign-in, change and refusal leaves one line that says who, what and from where, and filters
//! find it again.

use crate::support::{
    PASSWORD, TestApp,
    route_cases::{SAME_ORIGIN, SweepApp, WHO, is_signed_in, of_accounts, table},
};
use app::domain::Role;
use axum::http::{StatusCode, header};
use sqlx::Row;
use std::net::IpAddr;
use uuid::Uuid;

#[tokio::test]
async fn whatever_is_done_or_refused_leaves_exactly_one_line() {
    for case in table().into_iter().chain(of_accounts()) {
        // What is refused changes nothing, so that one installation is enough for it.
        let refusing = SweepApp::new().await;
        for (who, name) in WHO.iter().enumerate() {
            let (status, is_known) = (case.status(who), is_signed_in(who));
            let done = !case.is_reading() && status < 400 && (is_known || case.is_door());
            let is_about_token = ["{token}", "{token of account}"].iter().any(|one| case.path.contains(one));
            let refused = is_known && (status == 403 || status == 404 && is_about_token);
            // Somebody else's session or passkey does not exist for a visitor, so ending it is not a refusal.
            let of_oneself = [
                "end_session",
                "confirm_app",
                "remove_app",
                "make_codes",
                "add_passkey",
                "rename_passkey",
                "remove_passkey",
            ];
            let is_call = case.is_call() && !of_oneself.iter().any(|name| case.route.ends_with(name));
            let refused = refused || is_known && status == 404 && is_call;
            if !(done || refused) || case.is_like_another(who) {
                continue;
            }
            let fresh = if done { Some(SweepApp::new().await) } else { None };
            let sweep = fresh.as_ref().unwrap_or(&refusing);
            let last = sweep.app.last_line().await;
            let elsewhere: IpAddr = [192, 0, 2, 33].into();
            let visitor = sweep.visitor(who).coming_from(elsewhere);
            let answer = sweep.case(&visitor, &case, SAME_ORIGIN).await;
            let what = format!("{name}: {} {}", case.method, case.path);
            assert_eq!(answer.status, status, "{what}");
            let lines = sqlx::query(
                "select kind, at, actor_id, address, request_id, details from event where id > $1",
            )
            .bind(last)
            .fetch_all(&mut sweep.app.raw().await)
            .await
            .unwrap();
            // A matter of taste leaves no line, and so does what is only begun; reading leaves none. A link brings a sign-in along.
            let expected = match case.path {
                "/profile/theme" | "/_fn/choose_theme" | "/profile/app/begin" | "/_fn/begin_app" => 0,
                path if path.starts_with("/_fn/load_") && !refused => 0,
                "/password" => 2,
                _ => 1,
            };
            assert_eq!(lines.len(), expected, "{what}");
            for line in lines {
                let (kind, at): (String, i64) = (line.get("kind"), line.get("at"));
                assert_eq!(kind == "refused", refused, "{what}: {kind}");
                assert!(at > 1_795_457_045_000, "{what}");
                assert_eq!(line.get::<String, _>("address"), "192.0.2.33", "{what}");
                let id = answer.header("x-request-id".parse().unwrap());
                assert_eq!(line.get::<String, _>("request_id"), id, "{what}");
                assert!(line.get::<Option<Uuid>, _>("actor_id").is_some(), "{what}");
                assert!(!line.get::<String, _>("details").contains(PASSWORD), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_refused_for_what_it_would_lead_to_is_one_line_as_well() {
    let app = TestApp::new().await;
    let sami = app.user("Sami Haddad", Role::Member).await;
    app.service.disable_person(&app.admin.caller, sami.id()).await.unwrap();
    let (visitor, ada) = (app.visitor(), app.admin.id());
    for (path, fields, status, wanted) in [
        (format!("/settings/people/{ada}/role"), vec![("role", "member")], 409, "LastAdmin"),
        (format!("/settings/people/{}/link", sami.id()), vec![], 403, "LinkForDisabled"),
    ] {
        let last = app.last_line().await;
        let answer = visitor.post_form(&path, &fields).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        let lines: Vec<(String, String)> = sqlx::query_as("select kind, details from event where id > $1")
            .bind(last)
            .fetch_all(&mut app.raw().await)
            .await
            .unwrap();
        assert_eq!(lines.len(), 1, "{path}: {lines:?}");
        assert!(lines[0].0 == "refused" && lines[0].1.contains(wanted), "{path}: {lines:?}");
    }
}

#[tokio::test]
async fn who_asks_from_where_their_token_may_not_be_used_is_one_line() {
    let app = TestApp::new().await;
    let limited = app::domain::TokenForm {
        allowed_addresses: Some("10.0.0.0/8".into()),
        ..crate::support::form("Reader", &["tokenry.tokens:read"])
    };
    let secret = app.made(&limited).await.secret.as_str().to_owned();
    let script =
        crate::support::Script { visitor: app.stranger().coming_from([192, 0, 2, 33].into()), secret };
    let last = app.last_line().await;
    assert_eq!(script.get("/v1/tokens").await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.kinds_after(last).await, ["refused"]);
    assert_eq!(app.number("select count(*) from event where address = '192.0.2.33'").await, 1);
}

#[tokio::test]
async fn a_failed_sign_in_says_whom_it_was_about_and_nothing_of_what_was_typed() {
    let app = TestApp::new().await;
    let last = app.last_line().await;
    for email in ["ada@example.com", "my secret in the wrong field"] {
        app.stranger().post_form("/sign-in", &[("email", email), ("password", "hush hush")]).await;
    }
    assert_eq!(app.kinds_after(last).await, ["session.sign_in_failed"; 2]);
    type Line = (Option<Uuid>, Option<Uuid>, String);
    let lines: Vec<Line> =
        sqlx::query_as("select actor_id, person_id, details from event where id > $1 order by id")
            .bind(last)
            .fetch_all(&mut app.raw().await)
            .await
            .unwrap();
    let ada = app.admin.id().as_uuid();
    assert_eq!(lines[0], (None, Some(ada), "{}".to_owned()));
    assert_eq!(lines[1], (None, None, "{}".to_owned()));
}

#[tokio::test]
async fn lines_are_found_by_kind_person_token_address_and_day() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let visitor = app.visitor();
    let token = app.create("Payroll export").await.token;
    app.clock.forward(24 * 60 * 60 * 1_000 - 1_000);
    let ines_later = app.another_session(&ines).await;
    let theirs = app.visitor_as(&ines_later).coming_from([192, 0, 2, 7].into());
    theirs.post_form("/profile/name", &[("name", "Ines Okafor-Brandt")]).await;
    let rows = async |query: &str| {
        let page = visitor.get(&format!("/settings/audit?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        page.text.matches("<tr").count().saturating_sub(1)
    };
    let all = rows("").await;
    assert_eq!(i64::try_from(all).unwrap(), app.number("select count(*) from event").await);
    assert_eq!(rows("kind=token.created").await, 1);
    assert_eq!(rows("kind=refused").await, 0);
    assert_eq!(rows(&format!("token={}", token.id)).await, 1);
    assert_eq!(rows(&format!("person={}", ines.id())).await, 4, "added, signed in twice, renamed");
    assert_eq!(rows("address=192.0.2.7").await, 1);
    assert_eq!(rows("address=192.0.2").await, 0);
    assert_eq!(rows("from=2026-11-24").await, 2);
    assert_eq!(rows("to=2026-11-23").await, all - 2);
    assert_eq!(rows("from=2026-11-23&to=2026-11-24").await, all);
    assert_eq!(rows("from=2026-11-24&to=2026-11-23").await, 0);
    assert_eq!(rows(&format!("kind=person.renamed&person={}&from=2026-11-24", ines.id())).await, 1);
}

#[tokio::test]
async fn pages_of_the_log_show_every_line_once() {
    let app = TestApp::new().await;
    for i in 0..120 {
        app.create(&format!("Token {i:03}")).await;
    }
    let (visitor, mut path, mut seen) =
        (app.visitor(), "/settings/audit?kind=token.created".to_owned(), vec![]);
    for _ in 0..3 {
        let page = visitor.get(&path).await.text;
        let names = page.split("<strong>Token ").skip(1).map(|rest| rest[..3].parse::<i32>().unwrap());
        seen.extend(names);
        let Some(at) = page.find("/settings/audit?kind=token.created&amp;before=") else { break };
        path = page[at..].split('"').next().unwrap().replace("&amp;", "&");
    }
    assert_eq!(seen, (0..120).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn an_export_is_a_table_that_no_spreadsheet_takes_for_formulas() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    for name in ["=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)"] {
        app.create(name).await;
    }
    visitor.post_form("/profile/name", &[("name", "=cmd|' /C calc'!A0")]).await;
    let answer = visitor.post_form("/settings/audit/export", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header(header::CONTENT_DISPOSITION), "attachment; filename=\"tokenry-audit.csv\"");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let mut table = csv::ReaderBuilder::new().from_reader(answer.text.as_bytes());
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(i64::try_from(rows.len()).unwrap(), app.number("select count(*) from event").await);
    assert_eq!(&rows[0][2], "audit.exported");
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
    assert!(rows.iter().flat_map(csv::StringRecord::iter).any(|cell| cell == "'@SUM(A1)"));
    let filtered = visitor.post_form("/settings/audit/export", &[("kind", "token.created")]).await;
    assert_eq!(filtered.text.lines().count(), 1 + 4);
}

#[tokio::test]
async fn a_change_whose_line_cannot_be_written_does_not_happen_anywhere() {
    for case in table().iter().filter(|case| !case.is_reading()) {
        let untouched =
            ["/profile/theme", "/_fn/choose_theme", "/profile/app/begin", "/_fn/begin_app", "/setup"];
        if untouched.contains(&case.path) || case.path.starts_with("/_fn/load_") {
            continue;
        }
        let sweep = SweepApp::new().await;
        sweep.app.refuse_inserts("event").await;
        let before = sweep.app.fingerprint().await;
        let answer = sweep.case(&sweep.app.visitor(), case, SAME_ORIGIN).await;
        // What is refused anyway is refused as ever.
        let [.., for_admin] = case.statuses;
        let expected = if for_admin < 400 { 503 } else { for_admin };
        assert_eq!(answer.status.as_u16(), expected, "{}: {}", case.path, answer.text);
        assert!(!answer.text.contains("full") && !answer.text.contains("password?code="), "{}", case.path);
        assert_eq!(sweep.app.fingerprint().await, before, "{}", case.path);
    }
}

#[tokio::test]
async fn the_last_page_says_what_was_archived_and_a_line_says_into_which_file() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    assert!(!visitor.get("/settings/audit").await.text.contains("were archived"));
    let start = app.service.audit_start().await.unwrap();
    let row = app.store.chain(0, 10).await.unwrap().remove(1);
    let last = app::service::AuditHead { id: row.id, link: row.link };
    app.service.cut_audit(&start.after, &last, "9f86d081").await.unwrap();
    let page = visitor.get("/settings/audit").await.text;
    assert!(page.contains("Lines 1 to 2 are archived, most recently on 23 Nov 2026."), "{page}");
    assert!(page.contains("Up to line 2; 2 lines; SHA-256 of the file: 9f86d081"), "{page}");
    for i in 0..60 {
        app.create(&format!("Token {i}")).await;
    }
    let newest = visitor.get("/settings/audit").await.text;
    assert!(!newest.contains("were archived"), "there are older ones to be shown first");
}
