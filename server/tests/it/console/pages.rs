//! The pages that the server renders: whole, with the right status, and without anything that is nobody's business.

use crate::support::{TestApp, form};
use app::paths;
use axum::http::{StatusCode, header};

#[tokio::test]
async fn the_front_door_leads_to_the_tokens() {
    let app = TestApp::new().await;
    for path in ["/", "/settings"] {
        let answer = app.visitor().get(path).await;
        assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::TOKENS));
    }
}

#[tokio::test]
async fn the_tokens_page_is_complete_without_scripts() {
    let app = TestApp::new().await;
    let token = app.create("Billing sync").await.token;
    let page = app.visitor().get(paths::TOKENS).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
    for part in ["Settings", "Tokens", "Create token", "Billing sync", "projects:read", "Edit", "Delete"] {
        assert!(page.text.contains(part), "{part}");
    }
    assert!(
        page.text.contains(&paths::token_edit(token.id))
            && page.text.contains(&paths::token_delete(token.id))
    );
    assert!(page.text.contains("23 Nov 2026"), "times are absolute until a browser makes them relative");
}

#[tokio::test]
async fn without_tokens_the_page_says_what_one_is_for() {
    let app = TestApp::new().await;
    let page = app.visitor().get(paths::TOKENS).await;
    assert!(page.text.contains("No tokens yet") && page.text.contains("Create your first token"));
}

#[tokio::test]
async fn a_prompt_is_a_page_with_its_form_filled() {
    let app = TestApp::new().await;
    let token = app
        .service
        .create_token(&app.admin.caller, &form("Billing sync", &["projects:read", "billing:write"]))
        .await
        .unwrap()
        .token;
    let page = app.visitor().get(&paths::token_edit(token.id)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("value=\"Billing sync\""));
    assert_eq!(page.text.matches(" checked").count(), 2);
    assert!(page.text.contains(&format!("action=\"{}\"", paths::token_edit(token.id))));
}

#[tokio::test]
async fn pages_follow_each_other_by_cursor() {
    let app = TestApp::new().await;
    for i in 0..60 {
        app.create(&format!("Token number {i:02}")).await;
    }
    let visitor = app.visitor();
    let first = visitor.get(paths::TOKENS).await;
    assert!(first.text.contains("Token number 59") && !first.text.contains("Token number 09"));
    let start = first.text.find("/settings/tokens?cursor=").expect("a link to older tokens");
    let link = &first.text[start..][..first.text[start..].find('"').unwrap()];
    let second = visitor.get(link).await;
    assert!(second.text.contains("Token number 09") && second.text.contains("Newer"));
    assert!(!second.text.contains("Token number 59"));
}

#[tokio::test]
async fn a_cursor_made_by_hand_gets_a_sentence_and_a_way_out() {
    let app = TestApp::new().await;
    app.create("Billing sync").await;
    for cursor in ["x", "%27%20or%201=1", "AQAAAA", "../../etc"] {
        let page = app.visitor().get(&format!("/settings/tokens?cursor={cursor}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{cursor}");
        assert!(page.text.contains("Start again from the first page"));
    }
}

#[tokio::test]
async fn an_address_that_leads_nowhere_is_not_found() {
    let app = TestApp::new().await;
    for path in ["/nowhere", "/settings/teams", "/settings/tokens/new/x", "/pkg/../../etc/passwd", "/%00"] {
        let page = app.visitor().get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(app.visitor().get("/nowhere").await.text.contains("Page not found"));
}

#[tokio::test]
async fn a_name_is_text_wherever_it_appears() {
    let app = TestApp::new().await;
    let name = "</script><img src=x onerror=alert(1)>";
    let token = app.create(name).await.token;
    for path in [paths::TOKENS.to_owned(), paths::token_edit(token.id), paths::token_delete(token.id)] {
        let page = app.visitor().get(&path).await;
        assert!(!page.text.contains("<img src=x"), "{path}");
        assert!(!page.text.contains("</script><img"), "{path}");
    }
}

#[tokio::test]
async fn when_the_data_is_out_of_reach_the_page_says_so_and_shows_no_database_text() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    app.store.close().await;
    let page = visitor.get(paths::TOKENS).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text.contains("Tokenry cannot reach its data right now"));
    for leak in ["sqlx", "sqlite", "pool", "PoolClosed"] {
        assert!(!page.text.to_lowercase().contains(&leak.to_lowercase()), "{leak}");
    }
}

#[tokio::test]
async fn a_table_that_cannot_be_read_says_so_on_its_page_and_when_to_come_back() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    sqlx::query("alter table use_count rename to elsewhere").execute(&mut app.raw().await).await.unwrap();
    let page = visitor.get(paths::TOKENS).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header(header::RETRY_AFTER), "5");
    assert!(page.text.contains("This page cannot be shown now") && page.text.contains(">Tokens</a>"));
    assert!(page.text.contains("Tokenry cannot reach its data right now. Try again in a moment."));
    let call = visitor.call("load_tokens", serde_json::json!({ "url": paths::TOKENS })).await;
    assert_eq!((call.status, call.text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "\"unavailable\""));
    assert_eq!(call.header(header::RETRY_AFTER), "5");
}
