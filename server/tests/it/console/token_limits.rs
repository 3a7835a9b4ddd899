//! Limits on where, how often and how long a token may be used, as the console shows and takes them: in plain forms,
//! and in the table.

use crate::support::{TestApp, form};
use app::{
    domain::{Created, Role, TokenForm},
    paths,
};
use axum::http::StatusCode;

const NEW: &str = "/settings/tokens/new";
const NAMED: [(&str, &str); 2] = [("name", "Billing sync"), ("permissions", "projects:read")];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&NAMED, more].concat()
}

/// A token that expires at this moment, with limits of every other kind, too.
async fn limited(app: &TestApp, expires_at: &str) -> Created {
    let form = TokenForm {
        expires_at: Some(expires_at.to_owned()),
        allowed_addresses: Some("10.0.0.0/8 203.0.113.9".to_owned()),
        rate_requests: Some("100".to_owned()),
        rate_seconds: Some("60".to_owned()),
        ..form("Billing sync", &["projects:read"])
    };
    app.service.create_token(&app.admin.caller, &form).await.unwrap()
}

/// Whether the fold with this title is open.
fn is_open(page: &str, title: &str) -> bool {
    let at = page.find(&format!(">{title}</span>")).unwrap_or_else(|| panic!("{title} is on the page"));
    let start = page[..at].rfind("<details").unwrap();
    page[start..][..page[start..].find('>').unwrap()].contains(" open")
}

/// The tag of the element with this id, up to the id.
fn tag<'a>(page: &'a str, id: &str) -> &'a str {
    let at = page.find(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("{id} is on the page"));
    let (start, end) = (page[..at].rfind('<').unwrap(), page[at..].find('>').unwrap());
    &page[start..at + end]
}

#[tokio::test]
async fn limits_are_set_with_the_token_and_stand_in_its_prompt() {
    let app = TestApp::new().await;
    let fields = with(&[
        ("expires_at", "2027-02-21"),
        ("allowed_addresses", "10.1.2.3/8\r\n\r\n203.0.113.9"),
        ("rate_requests", "100"),
        ("rate_seconds", "60"),
    ]);
    assert_eq!(app.visitor().post_form(NEW, &fields).await.status, StatusCode::CREATED);
    let token = app.tokens().await.remove(0);
    assert_eq!(token.expires_at.unwrap().to_string(), "2027-02-22T00:00:00.000Z", "the whole day is its own");

    let page = app.visitor().get(&paths::token_edit(token.id)).await.text;
    assert!(tag(&page, "token-expires").contains("type=\"date\""));
    assert!(tag(&page, "token-expires").contains("value=\"2027-02-21\""));
    assert!(page.contains(">10.0.0.0/8\n203.0.113.9</textarea>"), "one range on a line");
    assert!(tag(&page, "token-rate").contains("value=\"100\""));
    assert!(tag(&page, "token-rate-seconds").contains("value=\"60\""));
    assert!(is_open(&page, "Limits"));
}

#[tokio::test]
async fn without_limits_their_part_of_the_prompt_is_folded_and_empty() {
    let app = TestApp::new().await;
    let token = app.create("Billing sync").await.token;
    for path in [NEW.to_owned(), paths::token_edit(token.id)] {
        let page = app.visitor().get(&path).await.text;
        assert!(!is_open(&page, "Limits") && page.contains("></textarea>"), "{path}");
    }
}

#[tokio::test]
async fn saving_what_was_not_touched_changes_nothing() {
    for (end, kind) in [("2027-02-21", "date"), ("2027-02-21T18:30:00.120Z", "text")] {
        let app = TestApp::new().await;
        let token = limited(&app, end).await.token;
        let path = paths::token_edit(token.id);
        let page = app.visitor().get(&path).await.text;
        assert!(tag(&page, "token-expires").contains(&format!("type=\"{kind}\"")), "{end}");
        assert!(tag(&page, "token-expires").contains(&format!("value=\"{end}\"")), "{end}");
        let fields = with(&[
            ("version", "1"),
            ("expires_at", end),
            ("allowed_addresses", "10.0.0.0/8\r\n203.0.113.9"),
            ("rate_requests", "100"),
            ("rate_seconds", "60"),
        ]);
        assert_eq!(app.visitor().post_form(&path, &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(app.service.token(&app.admin.caller, token.id).await.unwrap(), token, "{end}");
    }
}

#[tokio::test]
async fn what_a_form_does_not_speak_of_stays_and_what_it_empties_is_gone() {
    let app = TestApp::new().await;
    let token = limited(&app, "2027-02-21").await.token;
    let path = paths::token_edit(token.id);
    let silent = [("name", "Ledger sync"), ("permissions", "projects:read"), ("version", "1")];
    assert_eq!(app.visitor().post_form(&path, &silent).await.status, StatusCode::SEE_OTHER);
    let kept = app.service.token(&app.admin.caller, token.id).await.unwrap();
    assert_eq!(
        (kept.expires_at, &kept.allowed_addresses, kept.rate_limit),
        (token.expires_at, &token.allowed_addresses, token.rate_limit)
    );
    // A refused form shows the limits, so that the next attempt does not remove them.
    let refused = app.visitor().post_form(&path, &[("name", " "), ("version", "2")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(tag(&refused.text, "token-expires").contains("value=\"2027-02-21\""));
    assert!(refused.text.contains(">10.0.0.0/8\n203.0.113.9</textarea>"));

    let emptied = with(&[
        ("version", "2"),
        ("expires_at", ""),
        ("allowed_addresses", " \r\n"),
        ("rate_requests", ""),
        ("rate_seconds", ""),
    ]);
    assert_eq!(app.visitor().post_form(&path, &emptied).await.status, StatusCode::SEE_OTHER);
    let free = app.service.token(&app.admin.caller, token.id).await.unwrap();
    assert!(free.expires_at.is_none() && free.rate_limit.is_none() && free.allowed_addresses.is_everywhere());
}

#[tokio::test]
async fn limits_that_are_none_are_refused_beside_their_field_and_come_back_as_typed() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let markup = "10.0.0.0/8 </textarea><img src=x onerror=alert(1)>&amp;";
    for (typed, sentence, shown) in [
        (("expires_at", "tomorrow"), "Write a day, as in 2027-02-21", "value=\"tomorrow\""),
        (("expires_at", "2026-11-22"), "This date has passed.", "value=\"2026-11-22\""),
        (
            ("allowed_addresses", "10.0.0.0/33"),
            "“10.0.0.0/33” is not an address or range",
            ">10.0.0.0/33</textarea>",
        ),
        (
            ("allowed_addresses", markup),
            "is not an address or range",
            "&lt;/textarea>&lt;img src=x onerror=alert(1)>&amp;amp;</textarea>",
        ),
        (("rate_requests", "a few"), "A rate limit is 1 to 1000000 verifications", "value=\"a few\""),
        (("rate_requests", "0"), "both in digits", "value=\"0\""),
    ] {
        let answer = app.visitor().post_form(NEW, &with(&[typed])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(answer.text.contains(sentence), "{typed:?}: {sentence}");
        assert!(answer.text.contains(shown), "{typed:?}: {shown}");
        assert!(!answer.text.contains("<img src=x"), "what was typed is text, not markup");
        assert_eq!(is_open(&answer.text, "Limits"), typed.0 != "expires_at", "{typed:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn after_a_conflict_what_is_stored_stands_below_what_was_sent() {
    let app = TestApp::new().await;
    let token = limited(&app, "2027-02-21").await.token;
    let fields = with(&[
        ("version", "0"),
        ("expires_at", "2027-03-01T12:00:00Z"),
        ("allowed_addresses", ""),
        ("rate_requests", "100"),
        ("rate_seconds", "60"),
    ]);
    let told = app.visitor().post_form(&paths::token_edit(token.id), &fields).await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    assert!(told.text.contains("Their value: the end of 21 Feb 2027, UTC"));
    assert!(told.text.contains("Their value: 10.0.0.0/8, 203.0.113.9"));
    assert!(!told.text.contains("Their value: 100 verifications"), "the same was sent");
    assert!(is_open(&told.text, "Limits"));
}

#[tokio::test]
async fn a_token_that_is_disabled_or_over_does_not_look_alive() {
    let app = TestApp::new().await;
    limited(&app, "2026-11-25").await;
    let disabled = app.create("Deploy bot").await.token;
    app.service.set_disabled(&app.admin.caller, disabled.id, None, true).await.unwrap();
    let page = app.visitor().get(paths::TOKENS).await.text;
    assert!(page.contains(">25 Nov 2026</time>") && page.contains("the end of 25 Nov 2026, UTC"));
    assert!(page.contains("Never used") && page.contains("Created 23 Nov 2026, 18:04 UTC"));
    for word in ["Expiring soon", "Disabled"] {
        assert!(page.contains(&format!("<tr data-status=\"{word}\"")), "{word}");
    }

    app.clock.forward(3 * 24 * 60 * 60 * 1_000);
    let visitor = app.visitor_as(&app.another_session(&app.admin).await);
    let page = visitor.get(paths::TOKENS).await.text;
    assert!(page.contains("<tr data-status=\"Expired\""));
}

#[tokio::test]
async fn only_admins_are_offered_tokenrys_own_permissions() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let offered = app.visitor().get(NEW).await.text;
    assert!(offered.contains("Tokenry API") && offered.contains("value=\"tokenry.tokens:verify\""));
    assert!(!is_open(&offered, "Tokenry API"));
    let not_offered = app.visitor_as(&ines).get(NEW).await.text;
    assert!(!not_offered.contains("Tokenry API") && !not_offered.contains("tokenry.tokens:verify"));

    let asking = form("Gateway", &["tokenry.tokens:verify"]);
    let token = app.service.create_token(&app.admin.caller, &asking).await.unwrap().token;
    let page = app.visitor().get(&paths::token_edit(token.id)).await.text;
    assert!(is_open(&page, "Tokenry API"), "what a token holds is not hidden");
}
