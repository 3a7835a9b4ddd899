//! Editing and removing resources: the questions that are asked first, the warnings, and the effect on tokens.

use crate::support::{
    TestApp,
    catalogue::{EDIT, NEW, READ_WRITE, REMOVE, TAB, add, edit, in_a_line, led_to, removed, token, version},
    form,
};
use app::domain::Role;
use axum::http::StatusCode;

#[tokio::test]
async fn labels_and_order_change_and_names_do_not() {
    let app = TestApp::new().await;
    let seen = version(&app, "projects").await;
    let answer = edit(&app.visitor(), &seen, "Work", "write = Change\r\nread = Look at\r\nshare", "").await;
    assert!(led_to(&answer, "Saved “Work”."), "{}", answer.text);
    assert_eq!(
        in_a_line(&app).await,
        "projects:write projects:read projects:share billing:read billing:write"
    );
    let log = app.visitor().get("/settings/audit?kind=catalogue.resource_edited").await.text;
    assert!(log.contains("Ada Moreau") && log.contains("projects; label: Projects → Work"));
    assert!(
        log.contains("actions: read = Read, write = Write → write = Change, read = Look at, share = Share")
    );
    // A name in the form does not replace that in the address.
    let seen = version(&app, "projects").await;
    let fields = [("version", seen.as_str()), ("name", "work"), ("actions", "read\r\nwrite\r\nshare")];
    assert_eq!(app.visitor().post_form(EDIT, &fields).await.status, StatusCode::BAD_REQUEST);
    assert!(!in_a_line(&app).await.contains("work:"));
}

#[tokio::test]
async fn saving_what_is_there_changes_nothing() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let seen = version(&app, "projects").await;
    assert!(led_to(&edit(&app.visitor(), &seen, "Projects", READ_WRITE, "").await, "Saved “Projects”."));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn an_action_that_is_taken_away_is_asked_about_with_those_who_hold_it() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    for i in 0..22 {
        token(&app, &ines, &format!("Hers {i:02}"), &["projects:write"]).await;
    }
    token(&app, &app.admin, "Reader", &["projects:read"]).await;
    let (before, visitor, seen) = (app.fingerprint().await, app.visitor(), version(&app, "projects").await);
    let typed = "read = Look\r\nview = View";
    let asked = edit(&visitor, &seen, "Work", typed, "").await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    for text in ["Used by 22 tokens.", "Hers 21", "Hers 02", "And 2 more.", "Ines Okafor", "Remove and save"]
    {
        assert!(asked.text.contains(text), "{text}");
    }
    assert!(asked.text.contains("projects:write") && asked.text.contains("services still accept it"));
    assert!(!asked.text.contains("Hers 01") && !asked.text.contains("Reader"));
    assert!(
        asked.text.contains("value=\"Work\"") && asked.text.contains("read = Look"),
        "what was typed stays"
    );
    assert!(asked.text.contains("name=\"removing\" value=\"write\""));
    assert_eq!(app.fingerprint().await, before, "nothing is done before it is asked");
    // Confirming one removal does not confirm another.
    assert_eq!(edit(&visitor, &seen, "Work", "view", "write").await.status, StatusCode::CONFLICT);
    assert_eq!(app.fingerprint().await, before);

    assert!(led_to(&edit(&visitor, &seen, "Work", typed, "write").await, "Saved “Work”."));
    assert_eq!(in_a_line(&app).await, "projects:read projects:view billing:read billing:write");
    let held = "select count(*) from token_permission where permission = 'projects:write'";
    assert_eq!(app.number(held).await, 22, "tokens keep what they were given");
    let page = visitor.get(TAB).await.text;
    assert!(page.contains("No longer in the catalogue") && page.contains("22 tokens with projects:write"));
    assert!(app.service.create_token(&ines.caller, &form("New", &["projects:write"])).await.is_err());
}

#[tokio::test]
async fn a_resource_is_removed_after_its_holders_were_shown_and_they_keep_it() {
    let app = TestApp::new().await;
    token(&app, &app.admin, "Payroll", &["projects:read", "projects:write", "billing:read"]).await;
    let visitor = app.visitor();
    let asked = visitor.get(REMOVE).await;
    assert_eq!(asked.status, StatusCode::OK);
    for text in ["Used by 1 token.", "Payroll", "projects:read", "projects:write"] {
        assert!(asked.text.contains(text), "{text}");
    }
    let seen = version(&app, "projects").await;
    let answer = visitor.post_form(REMOVE, &[("version", &seen)]).await;
    assert!(led_to(&answer, &removed("Projects")), "{}", answer.text);
    assert_eq!(in_a_line(&app).await, "billing:read billing:write");
    let page = visitor.get(TAB).await.text;
    assert!(page.contains("No longer in the catalogue") && page.contains("1 token with projects:write"));
    let holders = visitor.get("/settings/permissions/holders?permission=projects%3Awrite").await.text;
    assert!(holders.contains("Payroll"));
    let log = visitor.get("/settings/audit?kind=catalogue.resource_removed").await.text;
    assert!(log.contains("projects; ") && log.contains("actions: read = Read, write = Write"));
    // A second removal finds it gone.
    assert_eq!(visitor.post_form(REMOVE, &[("version", &seen)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.get(EDIT).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_last_resource_stays_and_the_prompt_says_why() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let seen = version(&app, "projects").await;
    visitor.post_form(REMOVE, &[("version", &seen)]).await;
    let before = app.fingerprint().await;
    let seen = version(&app, "billing").await;
    let answer = visitor.post_form("/settings/permissions/billing/remove", &[("version", &seen)]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("The catalogue needs at least one resource. Add another one first."));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn the_second_of_two_admins_is_told_and_loses_nothing() {
    let app = TestApp::new().await;
    let other = app.user("Ines Okafor", Role::Admin).await;
    let (first, second) = (app.visitor(), app.visitor_as(&other));
    let seen = version(&app, "projects").await;
    assert!(led_to(&edit(&first, &seen, "Work", "read\r\nwrite\r\nshare", "").await, "Saved “Work”."));
    let before = app.fingerprint().await;
    let typed = "read = Look\r\nwrite = Write";
    let told = edit(&second, &seen, "Plans", typed, "").await;
    assert_eq!(told.status, StatusCode::CONFLICT);
    for text in [
        "This resource was changed while you were editing",
        "Their value: Work",
        "Their value: read = Read, write = Write, share = Share",
        "value=\"Plans\"",
        "read = Look",
    ] {
        assert!(told.text.contains(text), "{text}");
    }
    assert_eq!(told.text.matches("Their value").count(), 2, "what is the same is not said again");
    let same = edit(&second, &seen, "Plans", "read\r\nwrite\r\nshare", "").await;
    assert!(same.text.contains("Their value: read = Read"), "what is written differently is");
    let typed_alike = "read = Read\r\nwrite = Write\r\nshare = Share";
    let same = edit(&second, &seen, "Plans", typed_alike, "").await;
    assert_eq!(same.text.matches("Their value").count(), 1, "the label only");
    // A resource that has changed since it was looked at is not removed either.
    let answer = second.post_form(REMOVE, &[("version", &seen)]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.text.contains("This resource was changed") && answer.text.contains("projects:share"));
    assert_eq!(app.fingerprint().await, before);

    // Saving anyway removes the action that the other admin added, so it is asked about.
    let now = version(&app, "projects").await;
    assert!(told.text.contains(&format!("value=\"{now}\"")));
    assert!(edit(&second, &now, "Plans", typed, "").await.text.contains("name=\"removing\" value=\"share\""));
    assert!(led_to(&edit(&second, &now, "Plans", typed, "share").await, "Saved “Plans”."));
    // If the resource was removed meanwhile, an edit can be added again as it was typed.
    let now = version(&app, "projects").await;
    first.post_form(REMOVE, &[("version", &now)]).await;
    let gone = edit(&second, &now, "Plans", typed, "").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.text.contains("somebody may have removed it") && gone.text.contains("Add resource"));
    assert!(gone.text.contains("value=\"projects\"") && gone.text.contains("value=\"Plans\""));
    assert!(led_to(&second.post_form(NEW, &add("projects", typed)).await, "Added “Projects”."));
}

#[tokio::test]
async fn two_who_edit_different_resources_do_not_meet() {
    let app = TestApp::new().await;
    let seen = version(&app, "projects").await;
    let billing = [("version", version(&app, "billing").await), ("actions", "read\r\nwrite\r\nvoid".into())];
    let fields: Vec<(&str, &str)> = billing.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = app.visitor().post_form("/settings/permissions/billing/edit", &fields).await;
    assert!(led_to(&answer, "Saved “Billing”."));
    assert!(led_to(&edit(&app.visitor(), &seen, "Work", READ_WRITE, "").await, "Saved “Work”."));
    assert!(in_a_line(&app).await.ends_with("billing:void"));
}
