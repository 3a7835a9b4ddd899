//! One action on several tokens: each is decided by itself and reported by itself, without any script.

use crate::support::{Answer, TestApp, Visitor, form};
use app::{
    domain::{BULK_MAX, Overlap, Role, TokenId},
    paths,
    service::VerifyRequest,
};
use axum::http::{StatusCode, header};

fn prompt(action: &str, ids: &[TokenId]) -> String {
    paths::tokens_bulk(action, ids.iter().copied(), "")
}

/// The tokens that the form of a prompt carries along.
fn carried(page: &Answer) -> String {
    let rest = page.text.split("name=\"tokens\" value=\"").nth(1).unwrap_or_else(|| panic!("{}", page.text));
    rest.split('"').next().unwrap().to_owned()
}

async fn send(visitor: &Visitor, action: &str, tokens: &str, owner: &str) -> Answer {
    let fields = [("action", action), ("tokens", tokens), ("owner", owner)];
    let ids: String =
        tokens.split(' ').map(|seen| format!("&id={}", seen.split('.').next().unwrap())).collect();
    let path = format!("{}?action={action}{ids}", paths::TOKENS_BULK);
    visitor.post_form(&path, &fields[..if owner.is_empty() { 2 } else { 3 }]).await
}

/// Creates tokens of the admin's in this order.
async fn made(app: &TestApp, names: &[&str]) -> Vec<TokenId> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(app.create(name).await.token.id);
    }
    ids
}

/// The line about one token in the list of a prompt or of a result.
fn line<'a>(page: &'a Answer, name: &str) -> &'a str {
    let lines = page.text.split("<li class=\"chosen-line\">").skip(1).map(|rest| rest.split("</li>").next());
    let found = lines.flatten().find(|line| line.contains(&format!(">{name}<")));
    found.unwrap_or_else(|| panic!("{name}: {}", page.text))
}

#[tokio::test]
async fn several_tokens_are_disabled_and_enabled_at_once_each_with_a_line_of_its_own() {
    let app = TestApp::new().await;
    let (visitor, asker) = (app.visitor(), app.asker().await);
    let secrets = [app.create("Deploy bot").await, app.create("Backup").await];
    let ids: Vec<TokenId> = secrets.iter().map(|created| created.token.id).collect();
    let last = app.last_line().await;
    for (action, button, verdict) in [("disable", "Disable", "disabled"), ("enable", "Enable", "valid")] {
        let page = visitor.get(&prompt(action, &ids)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains(&format!("{button} these 2 tokens?")), "{}", page.text);
        assert!(
            page.text.contains("role=\"alertdialog\"") && page.text.contains(&format!(">{button}</button>"))
        );
        for name in ["Deploy bot", "Backup"] {
            assert!(line(&page, name).contains("Ada Moreau"), "whose it is");
        }
        let answer = send(&visitor, action, &carried(&page), "").await;
        assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, paths::TOKENS));
        let told = visitor.told(&answer).await;
        assert!(told.contains(&format!("{button}d 2 tokens.")), "{told}");
        for created in &secrets {
            assert_eq!(asker.verdict(created.secret.as_str()).await, verdict);
        }
    }
    let kinds = ["token.disabled", "token.disabled", "token.enabled", "token.enabled"];
    assert_eq!(app.kinds_after(last).await, kinds);
}

#[tokio::test]
async fn before_several_tokens_are_ended_one_reads_who_uses_each_of_them() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let (busy, quiet) = (app.create("Busy").await, app.create("Quiet").await);
    for address in ["10.0.0.1", "10.0.0.2", "10.0.0.2"] {
        let (secret, address) = (busy.secret.as_str(), address.parse().ok());
        app.service
            .verify(&VerifyRequest { secret, permissions: &[], address, client: "curl/8" })
            .await
            .unwrap();
    }
    app.service.flush_uses().await.unwrap();
    app.clock.forward(2 * 60 * 1_000);
    let ids = [busy.token.id, quiet.token.id];
    for action in ["disable", "delete"] {
        let page = visitor.get(&prompt(action, &ids)).await;
        let said = "3 calls in the last 24 hours from 2 addresses, last 2 minutes ago.";
        assert!(line(&page, "Busy").contains(said), "{}", page.text);
        assert!(line(&page, "Quiet").contains("Never used."));
    }
    assert!(!visitor.get(&prompt("hand-over", &ids)).await.text.contains("in the last 24 hours"));
}

#[tokio::test]
async fn deleting_says_what_it_means_begins_at_cancel_and_ends_every_secret() {
    let app = TestApp::new().await;
    let (visitor, asker) = (app.visitor(), app.asker().await);
    let created = [app.create("Deploy bot").await, app.create("Backup").await];
    let ids: Vec<TokenId> = created.iter().map(|created| created.token.id).collect();
    let page = visitor.get(&prompt("delete", &ids)).await;
    assert!(
        page.text.contains("Anything still using them will stop working immediately. Their secrets never work again. You can restore the tokens for 7 days; they then get new secrets.")
    );
    assert!(page.text.contains(">Confirm</button>") && page.text.contains("role=\"alertdialog\""));
    let cancel = page.text.split("<a ").find(|link| link.contains(">Cancel</a>")).unwrap();
    assert!(cancel.contains("autofocus") && cancel.contains(&format!("href=\"{}\"", paths::TOKENS)));
    let instead = prompt("disable", &ids).replace('&', "&amp;");
    let link = page.text.split("<a ").find(|link| link.contains("Disable instead")).unwrap();
    assert!(link.contains(&format!("href=\"{instead}\"")), "{link}");
    let answer = send(&visitor, "delete", &carried(&page), "").await;
    assert!(visitor.told(&answer).await.contains("Deleted 2 tokens."));
    for created in &created {
        assert_eq!(asker.verdict(created.secret.as_str()).await, "revoked");
    }
}

#[tokio::test]
async fn what_would_not_change_is_said_apart_and_not_sent_along() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let ids = made(&app, &["Deploy bot", "Backup"]).await;
    app.service.set_disabled(&app.admin.caller, ids[1], None, true).await.unwrap();
    let page = visitor.get(&prompt("disable", &ids)).await;
    assert!(page.text.contains("Disable this token?"), "{}", page.text);
    assert!(page.text.contains("1 more is disabled already, and stays so:"));
    assert_eq!(carried(&page), format!("{}.1", ids[0]));
    let page = visitor.get(&prompt("disable", &ids[1..])).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("There is nothing to do: this token is disabled already."), "{}", page.text);
    assert!(!page.text.contains("name=\"tokens\"") && page.dialog().contains(">Close</a>"));
}

#[tokio::test]
async fn what_is_gone_and_what_is_somebody_elses_is_counted_alike_and_left_alone() {
    let app = TestApp::new().await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let visitor = app.visitor_as(&otto);
    let mut ids = made(&app, &["Payroll"]).await;
    for name in ["Mine", "Gone"] {
        ids.push(
            app.service.create_token(&otto.caller, &form(name, &["projects:read"])).await.unwrap().token.id,
        );
    }
    app.service.delete_token(&otto.caller, ids[2]).await.unwrap();
    let page = visitor.get(&(prompt("delete", &ids) + "&id=not-an-id&id=%00")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("4 of the 5 can no longer be found"), "{}", page.text);
    assert!(!page.text.contains("Payroll"));
    assert_eq!(carried(&page), format!("{}.1", ids[1]));

    let all = ids.iter().map(|id| format!("{id}.1")).collect::<Vec<_>>().join(" ");
    let answer = send(&visitor, "delete", &all, "").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("Deleted 1 token."), "{}", answer.text);
    assert!(answer.text.contains("2 of the 3 can no longer be found") && !answer.text.contains("Payroll"));
    assert_eq!(app.service.token(&app.admin.caller, ids[0]).await.unwrap().version, 1);

    let page = visitor.get(&prompt("delete", &[ids[0], ids[2]])).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(
        page.text.contains("None of these 2 tokens can be found") && page.dialog().contains(">Close</a>")
    );
    assert_eq!(send(&visitor, "disable", &format!("{}.1", ids[0]), "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_that_changed_meanwhile_is_left_as_it_is_and_the_others_are_done() {
    for (action, so) in [
        ("delete", "Deleted 2 tokens."),
        ("disable", "Disabled 2 tokens."),
        ("hand-over", "Transferred 2 tokens to Ines Okafor."),
    ] {
        let app = TestApp::new().await;
        let visitor = app.visitor();
        let ines = app.user("Ines Okafor", Role::Member).await.id().to_string();
        let ids = made(&app, &["Deploy bot", "Backup", "Sync"]).await;
        let seen = carried(&visitor.get(&prompt(action, &ids)).await);
        app.service.rotate_token(&app.admin.caller, ids[1], None, Overlap::of_seconds(0)).await.unwrap();
        let before = app.service.token(&app.admin.caller, ids[1]).await.unwrap();
        let owner = if action == "hand-over" { ines.as_str() } else { "" };
        let answer = send(&visitor, action, &seen, owner).await;
        assert_eq!(answer.status, StatusCode::OK, "{action}");
        assert!(answer.text.contains(&format!("{so} 1 was not:")), "{}", answer.text);
        assert!(line(&answer, "Backup").contains("It was changed after you had looked at it."));
        assert!(!line(&answer, "Sync").contains("It was changed"));
        let again = prompt(action, &ids[1..2]).replace('&', "&amp;");
        assert!(answer.text.contains(&format!("href=\"{again}\"")), "a way to look again: {}", answer.text);
        assert_eq!(app.service.token(&app.admin.caller, ids[1]).await.unwrap(), before, "{action}");
    }
}

#[tokio::test]
async fn a_name_that_collides_keeps_one_token_and_none_of_the_others() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.service.create_token(&ines.caller, &form("Nightly Backup", &["projects:read"])).await.unwrap();
    let mut ids = made(&app, &["nightly backup", "Deploy bot"]).await;
    ids.push(
        app.service.create_token(&ines.caller, &form("Hers", &["projects:read"])).await.unwrap().token.id,
    );
    let page = visitor.get(&prompt("hand-over", &ids)).await;
    assert!(page.text.contains("Transfer these 3 tokens?") && page.text.contains(">Ines Okafor</option>"));
    let seen = carried(&page);
    let told = send(&visitor, "hand-over", &seen, "").await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.text.contains("Choose the new owner."), "{}", told.text);
    assert_eq!(carried(&told), seen, "the prompt stays as it was");

    let answer = send(&visitor, "hand-over", &seen, &ines.id().to_string()).await;
    assert_eq!(answer.status, StatusCode::OK);
    let said = "Transferred 1 token to Ines Okafor. 1 was Ines Okafor’s already. 1 was not:";
    assert!(answer.text.contains(said), "{}", answer.text);
    assert!(line(&answer, "nightly backup").contains("already has a token with a name that looks the same"));
    let owner = async |id| app.service.token(&app.admin.caller, id).await.unwrap().owner.id;
    assert_eq!((owner(ids[0]).await, owner(ids[1]).await), (app.admin.id(), ines.id()));
}

#[tokio::test]
async fn sending_it_once_more_changes_nothing() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let ines = app.user("Ines Okafor", Role::Member).await.id().to_string();
    let ids = made(&app, &["Deploy bot", "Backup"]).await;
    for (action, owner, status, said) in [
        ("hand-over", ines.as_str(), 200, "Nothing was changed. 2 were Ines Okafor’s already."),
        ("disable", "", 303, "Nothing was changed. 2 were disabled already."),
        ("delete", "", 404, "None of these 2 tokens can be found"),
    ] {
        let seen = carried(&visitor.get(&prompt(action, &ids)).await);
        let status_of_first = if action == "hand-over" { 200 } else { 303 };
        assert_eq!(send(&visitor, action, &seen, owner).await.status, status_of_first, "{action}");
        let before = app.fingerprint().await;
        let again = send(&visitor, action, &seen, owner).await;
        assert_eq!(again.status, status, "{action}");
        let told = visitor.told(&again).await;
        assert!(told.contains(said), "{action}: {told}");
        assert_eq!(app.fingerprint().await, before, "{action}");
    }
}

#[tokio::test]
async fn of_two_who_delete_the_same_at_once_each_token_is_deleted_by_one() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let names: Vec<String> = (0..12).map(|n| format!("Token {n}")).collect();
    let ids = made(&app, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let seen = carried(&visitor.get(&prompt("delete", &ids)).await);
    let last = app.last_line().await;
    let (left, right) =
        tokio::join!(send(&visitor, "delete", &seen, ""), send(&visitor, "delete", &seen, ""));
    assert_eq!(app.kinds_after(last).await, ["token.deleted"; 12]);
    let deleted = [&left, &right].map(|answer| match answer.status {
        StatusCode::SEE_OTHER => 12,
        _ => answer.text.matches("data-status=\"Done\"").count(),
    });
    assert_eq!(deleted.iter().sum::<usize>(), 12, "nobody is told that they did what somebody else did");
    assert!([left, right].iter().all(|answer| !answer.status.is_server_error()));
}

#[tokio::test]
async fn when_the_data_goes_away_in_the_middle_one_reads_how_far_it_came() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let ids = made(&app, &["First", "Second", "Third"]).await;
    let seen = carried(&visitor.get(&prompt("delete", &ids)).await);
    let when = "(select count(*) from event where kind = 'token.deleted') > 0";
    app.place.refuse_inserts("event", when).await;
    let answer = send(&visitor, "delete", &seen, "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.header(header::RETRY_AFTER).is_empty() && !answer.text.contains("full"));
    assert!(answer.text.contains("Deleted 1 token. 2 were not:"), "{}", answer.text);
    assert!(line(&answer, "First").contains(">Deleted<"));
    assert!(line(&answer, "Second").contains("Tokenry could not reach its data."));
    assert!(line(&answer, "Third").contains("Not reached."));
    assert_eq!(app.number("select count(*) from token where deleted_at is not null").await, 1);
}

#[tokio::test]
async fn what_cannot_be_asked_is_explained_and_leads_back() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let id = made(&app, &["Kept"]).await[0];
    let before = app.fingerprint().await;
    let many: Vec<TokenId> =
        (0..=BULK_MAX as u128).map(|n| TokenId::from_uuid(uuid::Uuid::from_u128(n))).collect();
    let unknown = "Selected tokens can be disabled, enabled, transferred or deleted.";
    for (path, sentence) in [
        ("/settings/tokens/bulk".to_owned(), unknown),
        ("/settings/tokens/bulk?action=delete".to_owned(), "No tokens are selected."),
        (prompt("revoke", &[id]), unknown),
        (prompt("delete", &many), "You can change at most 100 tokens at once."),
    ] {
        let page = visitor.get(&path).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.dialog().contains(sentence) && page.dialog().contains(">Close</a>"), "{}", page.text);
    }
    let many = many.iter().map(|id| format!("{id}.1")).collect::<Vec<_>>().join(" ");
    for (action, tokens, status) in [
        ("delete", String::new(), 422),
        ("delete", many, 422),
        ("", format!("{id}.1"), 422),
        ("hand-over", String::new(), 422),
        ("delete", id.to_string(), 400),
        ("delete", format!("{id}.1,{id}.1"), 400),
        ("delete", "1.1".to_owned(), 400),
        ("delete", format!("{id}.99999999999999999999"), 400),
    ] {
        assert_eq!(send(&visitor, action, &tokens, "").await.status, status, "{action} {tokens}");
    }
    assert_eq!(send(&visitor, "hand-over", &format!("{id}.1"), "x").await.status, 422);
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn as_many_as_can_be_chosen_are_done_in_one_go() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let names: Vec<String> = (0..BULK_MAX).map(|n| format!("Token {n}")).collect();
    let ids = made(&app, &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let page = visitor.get(&prompt("delete", &ids)).await;
    assert!(page.text.contains("Delete these 100 tokens?"), "{}", page.status);
    let answer = send(&visitor, "delete", &carried(&page), "").await;
    assert!(visitor.told(&answer).await.contains("Deleted 100 tokens."));
    assert_eq!(app.number("select count(*) from token where deleted_at is null").await, 0);
}

#[tokio::test]
async fn every_way_out_leads_back_to_the_list_as_it_was() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let ids = made(&app, &["Deploy bot"]).await;
    let list = "status=active&sort=name";
    let back = "href=\"/settings/tokens?status=active&amp;sort=name\"";
    for action in ["delete", "enable"] {
        let page = visitor.get(&paths::tokens_bulk(action, ids.clone(), list)).await;
        assert!(page.text.contains(back), "{action}: {}", page.text);
    }
    let seen = format!("{}.7", ids[0]);
    let fields = [("action", "delete"), ("tokens", seen.as_str())];
    let path = paths::tokens_bulk("delete", ids.clone(), list);
    let answer = visitor.post_form(&path, &fields).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("Nothing was changed.") && answer.text.contains(back), "{}", answer.text);
    let again = paths::tokens_bulk("delete", ids.clone(), list).replace('&', "&amp;");
    assert!(answer.text.contains(&format!("href=\"{again}\"")), "{}", answer.text);
    let page = visitor.get(&paths::tokens_bulk("delete", ids, "\"><script>")).await;
    assert!(!page.text.contains("\"><script>"), "{}", page.text);
}
