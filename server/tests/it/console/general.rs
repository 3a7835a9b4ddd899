//! The General tab: who sees and who changes it, the refusals, the questions asked first, and where the name is shown.

use crate::support::{Answer, TestApp, Visitor, form};
use app::{
    domain::{Role, TokenForm},
    paths,
};
use axum::http::{StatusCode, header};
use server::Network;

const TAB: &str = "/settings/general";

/// Saves the initial settings with these fields changed.
async fn save(visitor: &Visitor, version: &str, changed: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("version", version),
        ("name", ""),
        ("prefix", ""),
        ("lifetime_days", ""),
        ("idle_days", "30"),
        ("undo_days", "7"),
        ("confirmed", ""),
    ];
    for (name, value) in changed {
        fields.retain(|(other, _)| other != name);
        fields.push((name, value));
    }
    visitor.post_form(TAB, &fields).await
}

fn is_saved(answer: &Answer) -> bool {
    let place = answer.header(header::LOCATION);
    answer.status == StatusCode::SEE_OTHER && place == TAB && answer.said() == "Saved the settings."
}

/// Creates tokens of the admin's with these expiries.
async fn make(app: &TestApp, tokens: &[(&str, &str)]) {
    for (name, end) in tokens {
        let form = TokenForm { expires_at: Some((*end).to_owned()), ..form(name, &["projects:read"]) };
        app.made(&form).await;
    }
}

#[tokio::test]
async fn everybody_reads_the_rules_and_only_admins_have_a_form() {
    let app = TestApp::new().await;
    let answer = save(&app.visitor(), "1", &[("lifetime_days", "90"), ("prefix", "acme")]).await;
    assert!(is_saved(&answer), "{}", answer.text);
    let member = app.user("Ines Okafor", Role::Member).await;
    let viewer = app.user("Vera Lindqvist", Role::Viewer).await;
    let page = app.visitor().get(TAB).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("class=\"general-form\"") && page.text.contains("value=\"90\""));
    for (visitor, why) in [
        (app.visitor_as(&member), "Only an admin can do this."),
        (app.visitor_as(&viewer), "Viewers have read-only access."),
    ] {
        let page = visitor.get(TAB).await;
        assert_eq!(page.status, StatusCode::OK);
        for text in [why, "90 days", "acme_", "Every token has to expire", ">General</a>"] {
            assert!(page.text.contains(text), "{text}");
        }
        assert!(!page.text.contains("general-form"));
        assert_eq!(save(&visitor, "2", &[("name", "Mine")]).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(app.number("select version from workspace").await, 2);
}

#[tokio::test]
async fn what_cannot_be_saved_is_said_beside_its_field_and_what_was_typed_stays() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let long = "x".repeat(101);
    for (field, value, sentence) in [
        ("name", long.as_str(), "Keep this to 100 characters; it has 101."),
        ("name", "a\u{202e}b", "This contains a character that cannot be seen (U+202E)."),
        ("prefix", "Acme-", "Use 1 to 16 characters of a-z, 0-9 and _"),
        ("prefix", "\u{0}", "Use 1 to 16 characters of a-z, 0-9 and _"),
        ("lifetime_days", "0", "Write a number from 1 to 3650, or nothing for no limit."),
        ("lifetime_days", "99999999999999999999", "Write a number from 1 to 3650"),
        ("idle_days", "", "Write a number from 1 to 365."),
        ("idle_days", "-3", "Write a number from 1 to 365."),
        ("undo_days", "", "Write a number from 0 to 365; 0 is never."),
        ("undo_days", "366", "Write a number from 0 to 365; 0 is never."),
    ] {
        let answer = save(&app.visitor(), "1", &[(field, value)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert!(answer.text.contains(sentence), "{field} {value}");
        assert_eq!(answer.text.matches("aria-invalid=\"true\"").count(), 1, "{field} {value}");
        assert!(value.contains('\u{0}') || answer.text.contains(&format!("value=\"{value}\"")), "{field}");
    }
    for nonsense in [&[("version", "one")][..], &[("versions", "1")], &[("name", "a"), ("extra", "b")]] {
        let answer = app.visitor().post_form(TAB, nonsense).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{nonsense:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn the_second_of_two_admins_is_told_and_sees_both() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    assert!(is_saved(&save(&visitor, "1", &[("name", "Acme"), ("idle_days", "14")]).await));
    let late = save(&visitor, "1", &[("name", "Apex"), ("expiry_required", "true")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    for text in [
        "These settings were changed while you were editing",
        "value=\"Apex\"",
        "Their value: Acme",
        "Their value: 14",
        "Their value: not required",
        "name=\"version\" value=\"2\"",
    ] {
        assert!(late.text.contains(text), "{text}");
    }
    assert!(is_saved(&save(&visitor, "2", &[("name", "Apex"), ("expiry_required", "true")]).await));
    let page = visitor.get(TAB).await.text;
    assert!(page.contains("value=\"Apex\"") && page.contains("Apex</span>"));
}

#[tokio::test]
async fn a_stricter_policy_asks_first_and_names_the_tokens_that_it_would_not_allow() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    make(&app, &[("Nightly", ""), ("Soon", "2026-12-01"), ("Late", "2028-01-01")]).await;
    let before = app.fingerprint().await;
    let asked = save(&visitor, "1", &[("lifetime_days", "90"), ("name", "Kept")]).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    for text in [
        "2 tokens expire later than 90 days from now, or never:",
        ">Nightly</a>",
        ">Late</a>",
        "They keep working as they are.",
        "value=\"Kept\"",
        "name=\"confirmed\" value=\"90-required\"",
        ">Confirm</button>",
    ] {
        assert!(asked.text.contains(text), "{text}");
    }
    assert!(!asked.text.contains(">Soon</a>"));
    assert_eq!(asked.text.matches(" inert").count(), 2, "what lies behind the question is out of reach");
    assert_eq!(app.fingerprint().await, before, "nothing happened yet");
    // A confirmation of one policy does not confirm another.
    let other = save(&visitor, "1", &[("lifetime_days", "1"), ("confirmed", "90-required")]).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(other.text.contains("3 tokens expire later than 1 day"), "{}", other.text);
    let confirmed = [("lifetime_days", "90"), ("confirmed", "90-required")];
    assert!(is_saved(&save(&visitor, "1", &confirmed).await));
    // A policy that is not stricter needs no confirmation.
    assert!(is_saved(&save(&visitor, "2", &[("lifetime_days", "91")]).await));
    assert!(is_saved(&save(&visitor, "3", &[("expiry_required", "true")]).await));
    assert!(is_saved(&save(&visitor, "4", &[]).await));
    let never = save(&visitor, "5", &[("expiry_required", "true")]).await;
    assert!(
        never.text.contains("1 token never expires:") && never.text.contains("It keeps working as it is.")
    );
}

#[tokio::test]
async fn a_shorter_time_for_undo_names_the_deleted_tokens_that_it_would_give_up() {
    let app = TestApp::new().await;
    make(&app, &[("Oldest", ""), ("Older", ""), ("Newest", ""), ("Live", "")]).await;
    for name in ["Oldest", "Older", "Newest"] {
        let found = app.tokens().await;
        let token = found.into_iter().find(|token| token.name.as_str() == name).unwrap();
        app.service.delete_token(&app.admin.caller, token.id).await.unwrap();
        app.clock.forward(2 * 24 * 60 * 60 * 1_000);
    }
    // The three were deleted six, four and two days ago.
    let visitor = app.visitor_as(&app.another_session(&app.admin).await);
    let before = app.fingerprint().await;
    let asked = save(&visitor, "1", &[("undo_days", "3")]).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    for text in [
        "2 tokens that were deleted more than 3 days ago can no longer be restored:",
        "<span>Oldest</span>",
        "<span>Older</span>",
        "name=\"confirmed\" value=\"undo-3\"",
    ] {
        assert!(asked.text.contains(text), "{text}: {}", asked.text);
    }
    assert!(!asked.text.contains("<span>Newest</span>") && !asked.text.contains("expire later"));
    assert_eq!(app.fingerprint().await, before, "nothing happened yet");
    let never = save(&visitor, "1", &[("undo_days", "0"), ("confirmed", "undo-3")]).await;
    assert!(never.text.contains("3 tokens that were deleted can no longer be restored:"));
    let both = save(&visitor, "1", &[("undo_days", "5"), ("expiry_required", "true")]).await;
    assert!(both.text.contains("1 token that was deleted more than 5 days ago"), "{}", both.text);
    assert!(
        both.text.contains("1 token never expires:") && both.text.contains("value=\"0-required.undo-5\"")
    );

    assert!(is_saved(&save(&visitor, "1", &[("undo_days", "3"), ("confirmed", "undo-3")]).await));
    let log = visitor.get("/settings/audit?kind=workspace.changed").await.text;
    assert!(log.contains("Deleted tokens can be restored for: 7 days → 3 days"), "{log}");
    let deleted = visitor.get("/settings/tokens/deleted").await.text;
    assert!(deleted.contains("Newest") && !deleted.contains("Older"), "{deleted}");
    // A longer time needs no confirmation, and brings back the tokens within it.
    assert!(is_saved(&save(&visitor, "2", &[("undo_days", "30")]).await));
    assert!(visitor.get("/settings/tokens/deleted").await.text.contains("Oldest"));
}

#[tokio::test]
async fn a_change_is_one_line_of_the_audit_log_with_what_was_and_what_is() {
    let app = TestApp::new().await;
    let line = app.last_line().await;
    let changed = [("name", "Acme"), ("lifetime_days", "90"), ("idle_days", "7")];
    assert!(is_saved(&save(&app.visitor(), "1", &changed).await));
    assert!(is_saved(&save(&app.visitor(), "2", &changed).await), "saving what is there changes nothing");
    assert_eq!(app.kinds_after(line).await, ["workspace.changed"]);
    assert_eq!(app.number("select version from workspace").await, 2);
    let log = app.visitor().get("/settings/audit?kind=workspace.changed").await.text;
    assert!(log.contains("Changed the workspace"));
    for text in
        ["Name: nothing → Acme", "longest lifetime: no limit → 90 days", "idle after: 30 days → 7 days"]
    {
        assert!(log.contains(text), "{text}");
    }
    assert!(!log.contains("prefix of secrets"));
}

#[tokio::test]
async fn the_name_stands_in_the_navigation_and_the_title_and_strangers_are_not_told() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    assert!(visitor.get(TAB).await.text.contains("<title>General · Tokenry</title>"));
    assert!(is_saved(&save(&visitor, "1", &[("name", "R&D <b> \"Acme\"")]).await));
    for (path, page) in [
        (TAB, "General"),
        ("/settings/tokens", "Tokens"),
        ("/settings/people", "People"),
        ("/nowhere", "Page not found"),
    ] {
        let text = visitor.get(path).await.text;
        assert!(text.contains(&format!("<title>{page} · R&amp;D &lt;b> \"Acme\"</title>")), "{path}");
        assert!(text.contains("R&amp;D &lt;b&gt; \"Acme\"</span>"), "{path}");
    }
    for path in ["/sign-in", "/nowhere", TAB] {
        assert!(!app.stranger().get(path).await.text.contains("Acme"), "{path}");
    }
}

#[tokio::test]
async fn an_admin_sees_which_servers_share_the_data_and_whether_they_keep_up() {
    let app = TestApp::new().await;
    let node =
        |name: &str| app.service.clone().as_node(name.to_owned(), "0.1.0", format!("http://{name}.example"));
    let (one, two) = (node("one"), node("two"));
    one.be_ready().await.unwrap();
    one.report().await.unwrap();
    two.report().await.unwrap();
    let visitor = Visitor::new(server::build(one.clone(), Network::default())).with_session(&app.admin.key);
    let page = visitor.get(paths::GENERAL).await.text;
    let row = |name: &str| {
        let rest = page
            .split(&format!("<th scope=\"row\">{name}"))
            .nth(1)
            .unwrap_or_else(|| panic!("{name}: {page}"));
        rest.split("</tr>").next().unwrap().to_owned()
    };
    assert!(row("one").contains("(this one)") && row("one").contains(">Up to date<"), "{}", row("one"));
    assert!(row("two").contains("http://two.example") && row("two").contains(">0.1.0<"), "{}", row("two"));
    app.clock.forward(20_001);
    one.report().await.unwrap();
    let page = visitor.get(paths::GENERAL).await.text;
    assert_eq!((page.matches(">Up to date<").count(), page.matches(">Not heard from<").count()), (1, 1));
    // Those who cannot do anything about it need not know of the machines.
    let ines = app.user("Ines Okafor", Role::Member).await;
    assert!(!app.visitor_as(&ines).get(paths::GENERAL).await.text.contains("one.example"));
}
