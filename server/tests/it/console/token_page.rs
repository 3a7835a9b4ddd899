//! The page of one token: its content, and who may see which part.

use crate::support::{TestApp, TestUser, form};
use app::{
    domain::{Created, Overlap, Permission, Role},
    service::VerifyRequest,
};
use axum::http::StatusCode;
use std::net::Ipv4Addr;

const RANDOM: &str = "01234567-89ab-7def-8123-456789abcdef";

async fn token_of(app: &TestApp, user: &TestUser, name: &str) -> Created {
    app.clock.forward(1);
    let form = form(name, &["projects:read", "projects:write"]);
    app.service.create_token(&user.caller, &form).await.unwrap()
}

async fn present(app: &TestApp, made: &Created, wanted: &[&str], times: u32, client: &str) {
    let wanted: Vec<Permission> = wanted.iter().map(|p| p.parse().unwrap()).collect();
    let address = Some(Ipv4Addr::new(203, 0, 113, 9).into());
    for _ in 0..times {
        let request = VerifyRequest { secret: made.secret.as_str(), permissions: &wanted, address, client };
        app.service.verify(&request).await.unwrap();
    }
    app.service.flush_uses().await.unwrap();
}

fn page_of(made: &Created) -> String {
    format!("/settings/tokens/{}", made.token.id)
}

/// The text that people read on a page, without tags and with single spaces.
pub fn text_of(html: &str) -> String {
    let main = html.split("<main").nth(1).unwrap();
    let bare: String = main
        .split('<')
        .skip(1)
        .map(|part| part.split_once('>').map_or("", |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ");
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn it_says_who_uses_a_token_and_for_what() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy").await;
    present(&app, &made, &["projects:read"], 3, "deploy/1.4").await;
    present(&app, &made, &["projects:read", "billing:write"], 12, "deploy/1.4").await;
    let page = app.visitor().get(&page_of(&made)).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = text_of(&page.text);
    for told in [
        "15 verifications in the last 24 hours, 12 of them denied.",
        "permission_missing projects:read billing:write The token does not have billing:write. 12 times",
        "203.0.113.9 deploy/1.4 15 This hour",
        "1 of 2 used in the last 30 days.",
        "projects:read This hour projects:write Not used since it was created",
        "by Ada Moreau",
        "Created token",
    ] {
        assert!(text.contains(told), "{told:?} is not in {text}");
    }
    assert!(page.text.contains("Chart: 15 verifications"), "the chart is told in words");
}

#[tokio::test]
async fn no_more_of_a_secret_is_on_it_than_its_last_four_characters() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy").await;
    let again = app
        .service
        .rotate_token(&app.admin.caller, made.token.id, None, Overlap::of_seconds(3_600))
        .await
        .unwrap();
    let page = app.visitor().get(&page_of(&made)).await.text;
    for secret in [made.secret.as_str(), again.secret.as_str()] {
        let (rest, last) = secret.split_at(secret.len() - 4);
        assert!(page.contains(&format!("tkr_…{last}")), "{last}");
        assert!(!page.contains(secret) && !page.contains(&rest[4..]), "the rest of a secret is nowhere");
    }
    assert!(text_of(&page).contains("Being replaced until"));
}

#[tokio::test]
async fn an_unused_token_says_so_plainly() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy").await;
    for (range, told) in [("", "in the last 24 hours."), ("?range=month", "in the last 30 days.")] {
        let text = text_of(&app.visitor().get(&format!("{}{range}", page_of(&made))).await.text);
        assert!(text.contains(&format!("No verifications {told}")), "{text}");
        assert!(text.contains("Never used."), "{text}");
    }
}

#[tokio::test]
async fn a_month_reaches_further_back_than_a_day() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy").await;
    present(&app, &made, &[], 2, "deploy/1.4").await;
    app.clock.forward(2 * 24 * 60 * 60 * 1_000);
    let visitor = app.visitor_as(&app.another_session(&app.admin).await);
    let text = async |range: &str| {
        let page = visitor.get(&format!("{}?range={range}", page_of(&made))).await;
        assert_eq!(page.status, StatusCode::OK, "{range}");
        text_of(&page.text)
    };
    assert!(text("day").await.contains("No verifications in the last 24 hours."));
    assert!(text("month").await.contains("2 verifications in the last 30 days, none of them denied."));
}

#[tokio::test]
async fn a_range_that_does_not_exist_is_refused_with_those_that_do() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy").await;
    let page = app.visitor().get(&format!("{}?range=year", page_of(&made))).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("range=day or range=month"), "{}", page.text);
}

#[tokio::test]
async fn somebody_elses_token_and_none_at_all_are_answered_alike() {
    let app = TestApp::new().await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let made = token_of(&app, &app.admin, "Payroll export").await;
    let visitor = app.visitor_as(&otto);
    let id = made.token.id.to_string();
    let foreign = visitor.get(&page_of(&made)).await;
    let none = visitor.get(&format!("/settings/tokens/{RANDOM}")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.without(&[&id]), none.without(&[RANDOM]));
    assert!(!foreign.text.contains("Payroll"));
    for by_hand in ["7", "not-an-id", "%00", "..%2F.."] {
        let page = visitor.get(&format!("/settings/tokens/{by_hand}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{by_hand}");
        assert!(page.text.contains("Token not found"), "{by_hand}");
    }
}

#[tokio::test]
async fn everybody_sees_as_much_of_it_as_their_role_allows() {
    let app = TestApp::new().await;
    let (ines, vera) =
        (app.user("Ines Okafor", Role::Member).await, app.user("Vera Lindqvist", Role::Viewer).await);
    let made = token_of(&app, &ines, "Deploy").await;
    let log = "Recent changes to this token";
    let sees = async |visitor: crate::support::Visitor| {
        let page = visitor.get(&page_of(&made)).await;
        assert_eq!(page.status, StatusCode::OK);
        let links = |verb: &str| page.text.contains(&format!("{}/details/{verb}\"", page_of(&made)));
        (links("edit"), links("hand-over"), links("delete"), page.text.contains(log))
    };
    assert_eq!(sees(app.visitor()).await, (true, true, true, true), "an admin");
    assert_eq!(sees(app.visitor_as(&ines)).await, (true, false, true, false), "the owner");
    assert_eq!(sees(app.visitor_as(&vera)).await, (false, false, false, true), "a viewer");
    let text = text_of(&app.visitor_as(&vera).get(&page_of(&made)).await.text);
    assert!(text.contains("Viewers have read-only access"), "{text}");
}

#[tokio::test]
async fn what_callers_say_of_themselves_is_text_and_never_markup() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy").await;
    present(&app, &made, &[], 1, "<script>alert(1)</script>").await;
    let page = app.visitor().get(&page_of(&made)).await.text;
    assert!(page.contains("&lt;script>alert(1)") || page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(!page.contains("<script>alert"), "{page}");
}

#[tokio::test]
async fn what_is_not_told_apart_any_more_is_said_in_words() {
    let app = TestApp::new().await;
    let made = token_of(&app, &app.admin, "Deploy").await;
    present(&app, &made, &["billing:read"], 1, "deploy/1.4").await;
    app.run("update use_count set permission = 'other', address = 'other', client = 'other'").await;
    let text = text_of(&app.visitor().get(&page_of(&made)).await.text);
    assert!(text.contains("Other Several"), "{text}");
    assert!(text.contains("Several permissions"), "{text}");
}
