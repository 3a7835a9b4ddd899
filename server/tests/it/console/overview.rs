//! The overview: its content, and who may see which part.

use crate::{
    console::token_page::text_of,
    support::{TestApp, TestUser, Visitor, form},
};
use app::{
    domain::{Created, Permission, Role},
    paths,
    service::VerifyRequest,
};
use axum::http::StatusCode;
use serde_json::json;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

async fn token_of(app: &TestApp, user: &TestUser, name: &str, permissions: &[&str]) -> Created {
    app.clock.forward(1);
    app.service.create_token(&user.caller, &form(name, permissions)).await.unwrap()
}

async fn present(app: &TestApp, secret: &str, wanted: &[&str], times: u32) {
    let permissions: Vec<Permission> = wanted.iter().map(|p| p.parse().unwrap()).collect();
    for _ in 0..times {
        let request =
            VerifyRequest { secret, permissions: &permissions, address: None, client: "deploy/1.4" };
        app.service.verify(&request).await.unwrap();
    }
    app.service.flush_uses().await.unwrap();
}

async fn read(visitor: &Visitor, query: &str) -> String {
    let page = visitor.get(&format!("{}{query}", paths::OVERVIEW)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    text_of(&page.text)
}

fn assert_tells(text: &str, all: &[&str]) {
    for told in all {
        assert!(text.contains(told), "{told:?} is not in {text}");
    }
}

#[tokio::test]
async fn it_says_how_often_all_tokens_were_verified_and_how_often_that_was_denied() {
    let app = TestApp::new().await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let ours = token_of(&app, &app.admin, "Deploy", &["projects:read"]).await;
    let theirs = token_of(&app, &otto, "Sync", &["projects:read"]).await;
    present(&app, ours.secret.as_str(), &["projects:read"], 5).await;
    present(&app, theirs.secret.as_str(), &["billing:write"], 2).await;
    present(&app, "no secret at all", &[], 1).await;
    let page = app.visitor().get(paths::OVERVIEW).await;
    assert_tells(
        &text_of(&page.text),
        &[
            "Verifications 8 Denied 3 Denial rate 37.5%",
            "In the last 24 hours, by verdict",
            "Peak: 8 on 23 Nov, 18:00–19:00 UTC",
            "Valid 5 Permission missing 2 Malformed 1",
            "Hour (UTC) Valid Malformed Permission missing",
        ],
    );
    assert!(page.text.contains("Chart: 8 verifications in the last 24 hours, 3 of them denied."));
    assert!(page.text.contains("href=\"/overview?range=month\""), "the other range is a link");
}

#[tokio::test]
async fn a_service_that_asks_is_counted_once_for_what_it_asks() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy", &["projects:read"]).await;
    let gateway = app.script(&["tokenry.tokens:verify"]).await;
    for _ in 0..3 {
        let answer = gateway.post("/v1/verify", &json!({ "secret": made.secret.as_str() })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    let not_allowed = app.script(&["projects:read"]).await;
    let answer = not_allowed.post("/v1/verify", &json!({ "secret": made.secret.as_str() })).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    app.service.flush_uses().await.unwrap();
    let text = read(&app.visitor(), "").await;
    assert_tells(&text, &["Verifications 4 Denied 1 Denial rate 25%"]);
}

#[tokio::test]
async fn members_see_their_own_and_viewers_see_everybodys() {
    let app = TestApp::new().await;
    let (otto, vera) =
        (app.user("Otto Brandt", Role::Member).await, app.user("Vera Lindqvist", Role::Viewer).await);
    let ours = token_of(&app, &app.admin, "Payroll", &["projects:read"]).await;
    let theirs = token_of(&app, &otto, "Sync", &["projects:read"]).await;
    present(&app, ours.secret.as_str(), &[], 5).await;
    present(&app, theirs.secret.as_str(), &[], 2).await;
    present(&app, "no secret at all", &[], 1).await;
    let text = read(&app.visitor_as(&otto), "").await;
    assert_tells(
        &text,
        &["Usage of your tokens", "Verifications 2 Denied None Denial rate None", "Out of 1 token ."],
    );
    for visitor in [app.visitor(), app.visitor_as(&vera)] {
        let text = read(&visitor, "").await;
        assert_tells(
            &text,
            &[
                "Usage and tokens that need attention",
                "Verifications 8 Denied 1 Denial rate 12.5%",
                "Out of 2 tokens .",
            ],
        );
    }
}

#[tokio::test]
async fn tokens_that_need_attention_are_counted_and_lead_to_their_list() {
    let app = TestApp::new().await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let everything = ["projects:read", "projects:write", "billing:read", "billing:write"];
    let broad = token_of(&app, &app.admin, "Broad", &everything).await;
    let bounded = token_of(&app, &app.admin, "Ends soon", &["projects:read"]).await;
    token_of(&app, &otto, "Sync", &["projects:read"]).await;
    present(&app, broad.secret.as_str(), &[], 1).await;
    present(&app, bounded.secret.as_str(), &[], 1).await;
    app.run("update token set expires_at = 1795457045000 + 3 * 86400000 where name = 'Ends soon'").await;
    let page = app.visitor().get(paths::OVERVIEW).await.text;
    assert_tells(
        &text_of(&page),
        &[
            "Exposed None No secret was reported as exposed.",
            "Expiring soon 1 Expires within 7 days.",
            "Idle None No idle tokens.",
            "Never used 1 Created but never used.",
            "No expiry 2 Never expires. Set an expiry date.",
            "Full access 1 Has every permission.",
        ],
    );
    for query in
        ["status=expiring_soon", "status=idle", "concern=never_used", "concern=no_expiry", "concern=broad"]
    {
        assert!(page.contains(&format!("href=\"/settings/tokens?{query}\"")), "{query}");
    }
    let text = read(&app.visitor_as(&otto), "").await;
    assert_tells(&text, &["Expiring soon None", "Never used 1", "No expiry 1", "Full access None"]);
}

#[tokio::test]
async fn without_a_token_it_leads_to_the_first_one_whoever_may_make_it() {
    let app = TestApp::new().await;
    let (otto, vera) =
        (app.user("Otto Brandt", Role::Member).await, app.user("Vera Lindqvist", Role::Viewer).await);
    for (visitor, title, may) in [
        (app.visitor(), "No tokens yet", true),
        (app.visitor_as(&otto), "You have no tokens yet", true),
        (app.visitor_as(&vera), "No tokens yet", false),
    ] {
        let page = visitor.get(paths::OVERVIEW).await.text;
        assert_eq!(page.contains("href=\"/settings/tokens/new\""), may, "{title}");
        let text = text_of(&page);
        assert_eq!(text.contains("Viewers have read-only access"), !may, "{text}");
        assert!(text.contains(title) && !text.contains("Verifications"), "{text}");
    }
}

#[tokio::test]
async fn before_the_first_verification_it_says_how_to_begin_here() {
    let app = TestApp::new().await;
    token_of(&app, &app.admin, "Deploy", &["projects:read"]).await;
    let page = app.visitor().get(paths::OVERVIEW).await.text;
    let text = text_of(&page);
    assert_tells(
        &text,
        &[
            "Verifications None yet Denied None yet Denial rate None yet",
            "Verifications will appear here by hour and by day",
            "curl -X POST \"http://127.0.0.1:3000/v1/verify\"",
            "Authorization: Bearer $TOKENRY_SECRET",
            "tokenry.tokens:verify",
            "Never used 1",
        ],
    );
    assert!(!page.contains("range=month"), "there is nothing to choose");
}

#[tokio::test]
async fn uses_from_before_the_range_are_said_to_be_before() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy", &["projects:read"]).await;
    present(&app, made.secret.as_str(), &[], 2).await;
    app.clock.forward(2 * DAY_MS);
    let visitor = app.visitor_as(&app.another_session(&app.admin).await);
    let day = read(&visitor, "?range=day").await;
    assert_tells(
        &day,
        &[
            "Verifications None Denied None Denial rate None",
            "Last verification: 23 Nov 2026, 18:00 UTC . Show the last 30 days",
        ],
    );
    let month = read(&visitor, "?range=month").await;
    assert_tells(&month, &["Verifications 2 Denied None", "In the last 30 days", "Peak: 2 on 23 Nov"]);
    app.service.delete_token(&app.admin.caller, made.token.id).await.unwrap();
    let text = read(&visitor, "?range=month").await;
    assert_tells(&text, &["Verifications 2 Denied None", "No tokens yet"]);
}

#[tokio::test]
async fn a_range_that_does_not_exist_is_refused_with_those_that_do() {
    let app = TestApp::new().await;
    for range in ["year", "Day", "day%00", "%F0%9F%94%91", "1;drop+table+token"] {
        let page = app.visitor().get(&format!("{}?range={range}", paths::OVERVIEW)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{range}");
        assert!(page.text.contains("range=day or range=month"), "{}", page.text);
    }
}

#[tokio::test]
async fn it_is_the_place_in_the_navigation_that_is_current() {
    let app = TestApp::new().await;
    let current = async |path: &str| {
        let page = app.visitor().get(path).await.text;
        let places = page.split("<a ").skip(1).map(|link| link.split('>').next().unwrap().to_owned());
        let is_current =
            |link: &String| link.contains("sidebar-link") && link.contains("aria-current=\"page\"");
        places.filter(is_current).collect::<Vec<_>>()
    };
    let (overview, tokens) = (current(paths::OVERVIEW).await, current(paths::TOKENS).await);
    assert!(overview.len() == 1 && overview[0].contains("href=\"/overview\""), "{overview:?}");
    assert!(tokens.len() == 1 && tokens[0].contains("href=\"/settings/tokens\""), "{tokens:?}");
}
