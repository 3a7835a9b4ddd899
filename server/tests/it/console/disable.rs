//! Pausing a token in the console, and the text that people read before they end one.

use crate::support::{TestApp, Visitor};
use app::{domain::Overlap, domain::TokenId, paths, service::VerifyRequest};
use axum::http::{StatusCode, header};

const HOUR: i64 = 60 * 60 * 1_000;

async fn set_disabled(
    visitor: &Visitor,
    id: TokenId,
    is_disabled: bool,
    version: &str,
) -> crate::support::Answer {
    visitor.post_form(&paths::token_disable(id, is_disabled), &[("version", version)]).await
}

#[tokio::test]
async fn a_disabled_token_is_refused_at_once_and_works_again_when_it_is_enabled() {
    let app = TestApp::new().await;
    let (asker, visitor) = (app.asker().await, app.visitor());
    let created = app.create("Deploy bot").await;
    let (id, secret) = (created.token.id, created.secret.as_str());
    let last = app.last_line().await;
    let answer = set_disabled(&visitor, id, true, "1").await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::TOKENS));
    assert_eq!(asker.verdict(secret).await, "disabled");
    let page = visitor.get(paths::TOKENS).await.text;
    assert!(page.contains("<tr data-status=\"Disabled\"") && page.contains(&paths::token_disable(id, false)));
    assert!(!page.contains(&paths::token_disable(id, true)), "the menu shows the one that fits");

    assert_eq!(set_disabled(&visitor, id, false, "2").await.status, StatusCode::SEE_OTHER);
    assert_eq!(asker.verdict(secret).await, "valid");
    assert_eq!(app.kinds_after(last).await, ["token.disabled", "token.enabled"]);
    assert!(visitor.get(paths::TOKENS).await.text.contains(&paths::token_disable(id, true)));
}

#[tokio::test]
async fn what_is_so_already_is_said_and_nothing_is_asked_or_done() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let id = app.create("Deploy bot").await.token.id;
    let page = visitor.get(&paths::token_disable(id, false)).await.dialog().to_owned();
    assert!(
        page.contains("“Deploy bot” is enabled already.") && !page.contains(">Enable</button>"),
        "{page}"
    );
    set_disabled(&visitor, id, true, "1").await;
    let page = visitor.get(&paths::token_disable(id, true)).await.dialog().to_owned();
    assert!(
        page.contains("“Deploy bot” is disabled already") && !page.contains(">Disable</button>"),
        "{page}"
    );
    let before = app.fingerprint().await;
    assert_eq!(
        set_disabled(&visitor, id, true, "1").await.status,
        StatusCode::SEE_OTHER,
        "the wish is fulfilled"
    );
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn who_disables_what_was_changed_meanwhile_is_told_and_may_go_on() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let id = app.create("Deploy bot").await.token.id;
    app.service.rotate_token(&app.admin.caller, id, None, Overlap::of_seconds(0)).await.unwrap();
    let before = app.fingerprint().await;
    let told = set_disabled(&visitor, id, true, "1").await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.text.contains("This token was changed after you opened this prompt."));
    assert!(told.text.contains("name=\"version\" value=\"2\""), "{}", told.text);
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(set_disabled(&visitor, id, true, "2").await.status, StatusCode::SEE_OTHER);

    app.service.delete_token(&app.admin.caller, id).await.unwrap();
    for is_disabled in [true, false] {
        let gone = set_disabled(&visitor, id, is_disabled, "3").await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
        assert!(gone.text.contains("Token not found. It may have been deleted."));
    }
}

#[tokio::test]
async fn before_a_token_is_ended_one_reads_who_uses_it() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let created = app.create("Deploy bot").await;
    let id = created.token.id;
    let prompts = [paths::token_delete(id), paths::token_disable(id, true), paths::token_rotate(id)];
    for prompt in &prompts {
        let page = visitor.get(prompt).await.text;
        assert!(page.contains("Never used."), "{prompt}: {page}");
    }
    for (address, times) in [("10.0.0.1", 3), ("10.0.0.2", 1)] {
        for _ in 0..times {
            let (secret, address) = (created.secret.as_str(), address.parse().ok());
            let request = VerifyRequest { secret, permissions: &[], address, client: "curl/8" };
            app.service.verify(&request).await.unwrap();
        }
    }
    app.service.flush_uses().await.unwrap();
    app.clock.forward(2 * 60 * 1_000);
    for prompt in &prompts {
        let page = visitor.get(prompt).await.text;
        let said = "4 calls in the last 24 hours from 2 addresses, last 2 minutes ago.";
        assert!(page.contains(said), "{prompt}: {page}");
    }
    app.clock.forward(72 * HOUR);
    let visitor = app.visitor_as(&app.another_session(&app.admin).await);
    for prompt in &prompts {
        let page = visitor.get(prompt).await.text;
        assert!(page.contains("Last used 3 days ago."), "{prompt}: {page}");
    }
}

#[tokio::test]
async fn instead_of_deleting_a_token_it_can_be_disabled_once() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let id = app.create("Deploy bot").await.token.id;
    let page = visitor.get(&paths::token_delete(id)).await.dialog().to_owned();
    assert!(page.contains("Disable instead") && page.contains(&paths::token_disable(id, true)), "{page}");
    set_disabled(&visitor, id, true, "1").await;
    assert!(!visitor.get(&paths::token_delete(id)).await.text.contains("Disable instead"));
}
