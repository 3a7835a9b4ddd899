//! A demonstration from the inside: its data, and that strangers are let in there and nowhere else.

use crate::support::{Answer, TestApp, Visitor};
use app::{
    domain::{
        Caller, Concern, LIST_ROWS_MAX, Role, SecretPrefix, Timestamp, TokenFilter, TokenQuery, TokenSort,
        TokenStatus,
    },
    paths,
    service::{AuditReport, Clock, Service, Store, SystemClock},
};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use server::{
    AppState, Network,
    demo::{Demo, furnish},
    store::{DatabaseUrl, open},
};
use std::{collections::BTreeSet, sync::Arc};
use tempfile::TempDir;
use tokio::sync::OnceCell;

const NOTE: &str = "This is a demonstration: its data is made up, and gone when it stops.";

/// The furnished database file, made once for all tests.
static FURNISHED: OnceCell<Vec<u8>> = OnceCell::const_new();

struct Stage {
    service: Service,
    _store: Arc<dyn Store>,
    _directory: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("tokenry.db");
        let made = FURNISHED.get_or_init(|| async {
            furnish(&DatabaseUrl::sqlite(&path), SystemClock.now()).await.unwrap();
            std::fs::read(&path).unwrap()
        });
        let bytes = made.await;
        std::fs::write(&path, bytes).unwrap();
        let store = open(&DatabaseUrl::sqlite(&path)).await.unwrap();
        let service = Service::new(store.clone(), Arc::new(SystemClock), SecretPrefix::default());
        Self { service, _store: store, _directory: directory }
    }

    /// A browser that has never been there before.
    fn stranger(&self) -> Visitor {
        let state = AppState::new(self.service.clone(), Network::default());
        Visitor::new(server::build_with(state.letting_in(Some(Arc::new(Demo::default())))))
    }

    async fn count(&self, filter: TokenFilter) -> usize {
        let query = TokenQuery { filter, sort: TokenSort::default(), cursor: None, limit: LIST_ROWS_MAX };
        self.service.list_tokens(&Caller::operator(), &query).await.unwrap().tokens.len()
    }
}

#[tokio::test]
async fn every_status_and_every_concern_is_in_the_table() {
    let stage = Stage::new().await;
    for status in TokenStatus::ALL {
        let some = stage.count(TokenFilter { status: Some(status), ..TokenFilter::default() }).await;
        assert!(some >= 2, "{status:?}: {some}");
    }
    for concern in Concern::ALL {
        let some = stage.count(TokenFilter { concern: Some(concern), ..TokenFilter::default() }).await;
        assert!(some >= 2, "{concern:?}: {some}");
    }
    let all = stage.count(TokenFilter::default()).await;
    assert!((101..=150).contains(&all), "three pages: {all}");
}

#[tokio::test]
async fn its_history_is_a_whole_chain_in_the_order_of_time() {
    let stage = Stage::new().await;
    let report = stage.service.verify_audit(None).await.unwrap();
    let AuditReport::Whole { lines, .. } = report else { panic!("{report:?}") };
    assert!(lines > 250, "{lines}");
    let operator = app::domain::Caller::operator();
    let (mut seen, mut before, mut kinds) = (Vec::new(), i64::MAX, BTreeSet::new());
    loop {
        let lines = stage.service.export(&operator, &Default::default(), before).await.unwrap();
        let Some(last) = lines.last() else { break };
        before = last.id;
        kinds.extend(lines.iter().map(|line| line.kind.clone()));
        seen.extend(lines.iter().map(|line| line.at.as_millis()));
    }
    assert!(seen.is_sorted_by(|later, earlier| later >= earlier), "no line is older than the one before it");
    let now = SystemClock.now().as_millis();
    assert!(seen[0] <= now && now - seen[0] < 3 * 60 * 60 * 1_000, "up to now");
    for kind in [
        "setup.finished",
        "person.joined",
        "person.disabled",
        "token.rotated",
        "token.deleted",
        "token.handed_over",
        "session.sign_in_failed",
        "refused",
        "audit.exported",
        "catalogue.resource_removed",
        "workspace.changed",
    ] {
        assert!(kinds.contains(kind), "{kind}");
    }
}

#[tokio::test]
async fn it_can_be_made_at_any_hour() {
    for now in ["2028-02-29T00:01:00Z", "2027-01-03T23:59:59Z"] {
        let directory = TempDir::new().unwrap();
        furnish(&DatabaseUrl::sqlite(directory.path().join("tokenry.db")), Timestamp::parse(now).unwrap())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn strangers_are_the_sample_admin_in_a_demonstration_and_nobody_elsewhere() {
    let stage = Stage::new().await;
    let page = stage.stranger().get(paths::TOKENS).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Ada Moreau"), "{}", page.text);
    assert!(page.cookie("tokenry").is_some(), "the browser stays signed in");
    let app = TestApp::new().await;
    let led = app.stranger().get(paths::TOKENS).await;
    assert_eq!((led.status, led.cookie("tokenry")), (StatusCode::SEE_OTHER, None));
    assert!(!app.visitor().get(paths::TOKENS).await.text.contains(NOTE));
    assert!(!app.stranger().get(paths::SIGN_IN).await.text.contains(NOTE));
}

#[tokio::test]
async fn coming_often_leaves_one_line_and_one_session() {
    let stage = Stage::new().await;
    let before = stage.service.audit_head().await.unwrap().unwrap().id;
    let stranger = stage.stranger();
    let first = stranger.get(paths::TOKENS).await.cookie("tokenry");
    for _ in 0..3 {
        assert_eq!(stranger.get(paths::AUDIT).await.cookie("tokenry"), first);
    }
    assert_eq!(stage.service.audit_head().await.unwrap().unwrap().id, before + 1);
}

#[tokio::test]
async fn without_a_session_nothing_is_done() {
    let stage = Stage::new().await;
    let stranger = stage.stranger();
    let page = stranger.get(paths::TOKENS).await;
    let head = stage.service.audit_head().await.unwrap();
    let form = [("name", "Theirs"), ("permissions", "tracking:read")];
    let asked = stranger.post_form(paths::TOKEN_NEW, &form).await;
    assert_eq!((asked.status, asked.cookie("tokenry")), (StatusCode::UNAUTHORIZED, None));
    assert!(asked.text.contains("Sign in to continue"), "{}", asked.text);
    assert!(asked.text.contains("name=\"name\" value=\"Theirs\""), "what was typed is kept: {}", asked.text);
    // Another site cannot do anything either, even though the browser has kept a session.
    let browser = stranger.having_kept(&page);
    let request = Visitor::request("POST", paths::TOKEN_NEW)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let foreign =
        browser.send(request.body(Body::from("name=Theirs&permissions=tracking%3Aread")).unwrap()).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert_eq!(stage.service.audit_head().await.unwrap(), head);
    let other_name = Visitor::request("GET", paths::TOKENS);
    let mut request = other_name.body(Body::empty()).unwrap();
    request.headers_mut().insert(header::HOST, "evil.example".parse().unwrap());
    let refused = stage.stranger().send(request).await;
    assert_eq!((refused.status, refused.cookie("tokenry")), (StatusCode::MISDIRECTED_REQUEST, None));
    // With the same session, the demonstration's own forms work.
    assert_eq!(browser.post_form(paths::TOKEN_NEW, &form).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn every_page_says_what_it_is() {
    let stage = Stage::new().await;
    let stranger = stage.stranger();
    let is_noted = |path: &str, answer: &Answer| {
        assert!(answer.header(header::CONTENT_TYPE).starts_with("text/html"), "{path}: {}", answer.text);
        assert_eq!(answer.text.matches(NOTE).count(), 1, "{path}");
    };
    let found = stranger.get(paths::TOKENS).await;
    let id = found.text.split("/settings/tokens/01").nth(1).map(|rest| format!("01{}", &rest[..34])).unwrap();
    let token = format!("/settings/tokens/{id}");
    let of_token = ["", "/edit", "/delete", "/rotate", "/disable", "/hand-over"]
        .map(|prompt| format!("{token}{prompt}"));
    let pages = [
        paths::TOKENS,
        paths::TOKEN_NEW,
        paths::TOKENS_DELETED,
        paths::OVERVIEW,
        paths::PERMISSIONS,
        paths::RESOURCE_NEW,
        paths::PEOPLE,
        paths::PERSON_NEW,
        paths::AUDIT,
        paths::GENERAL,
        paths::REFERENCE,
        paths::PROFILE,
        paths::SIGN_IN,
        "/password?code=x",
        "/nowhere",
        "/settings/tokens/7",
        "/settings/tokens?cursor=x",
    ];
    for path in pages.into_iter().chain(of_token.iter().map(String::as_str)) {
        is_noted(path, &stranger.get(path).await);
    }
    let browser = stranger.having_kept(&found);
    for (path, fields) in [
        (paths::TOKEN_NEW, [("name", ""), ("description", "")]),
        (paths::TOKEN_NEW, [("name", "Mine"), ("permissions", "tracking:read")]),
        (paths::PROFILE_NAME, [("name", ""), ("name", "")]),
        (paths::SIGN_IN, [("email", "ada@pelican.example"), ("password", "wrong")]),
    ] {
        is_noted(path, &browser.post_form(path, &fields).await);
    }
}

#[tokio::test]
async fn one_signs_out_and_in_again_as_somebody_else() {
    let stage = Stage::new().await;
    let browser = stage.stranger();
    let browser = browser.having_kept(&stage.stranger().get(paths::TOKENS).await);
    let out = browser.post_form(paths::SIGN_OUT, &[]).await;
    assert_eq!(out.header(header::LOCATION), paths::SIGN_IN);
    let page = browser.get(paths::SIGN_IN).await;
    let password =
        page.text.split("have the password <code>").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
    for (email, role) in [
        ("ada@pelican.example", Role::Admin),
        ("ines@pelican.example", Role::Member),
        ("vera@pelican.example", Role::Viewer),
    ] {
        assert!(page.text.contains(email), "{email}");
        let inside = browser.post_form(paths::SIGN_IN, &[("email", email), ("password", password)]).await;
        assert_eq!(inside.status, StatusCode::SEE_OTHER, "{}", inside.text);
        let profile = stage.stranger().having_kept(&inside).get(paths::PROFILE).await;
        assert!(profile.text.contains(&format!("<small class=\"me-role\">{role}</small>")), "{email}");
    }
}

#[tokio::test]
async fn an_admin_who_was_disabled_is_nobody_to_be_let_in_as() {
    let stage = Stage::new().await;
    let ada = stage.service.operator_find("ada@pelican.example").await.unwrap();
    stage.service.disable_person(&Caller::operator(), ada.id).await.unwrap();
    let led = stage.stranger().get(paths::TOKENS).await;
    assert_eq!((led.status, led.cookie("tokenry")), (StatusCode::SEE_OTHER, None));
}
