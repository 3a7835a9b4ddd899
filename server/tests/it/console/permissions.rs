//! The Permissions tab: who sees the catalogue and adds to it, the refusals, and a catalogue that comes from a file.

use crate::support::{
    TestApp, Visitor,
    catalogue::{EDIT, NEW, READ_WRITE, REMOVE, TAB, add, edit, led_to, token, version},
};
use app::domain::{CATALOGUE_OF_A_FILE, Role};
use axum::http::StatusCode;
use server::Network;

#[tokio::test]
async fn everybody_sees_the_catalogue_and_tokenrys_own_permissions_and_only_admins_change_it() {
    let app = TestApp::new().await;
    let member = app.user("Ines Okafor", Role::Member).await;
    let viewer = app.user("Vera Lindqvist", Role::Viewer).await;
    for (visitor, why) in [
        (app.visitor(), None),
        (app.visitor_as(&member), Some("Only an admin can do this.")),
        (app.visitor_as(&viewer), Some("Viewers have read-only access.")),
    ] {
        let page = visitor.get(TAB).await;
        assert_eq!(page.status, StatusCode::OK);
        for text in [
            "Projects",
            ">projects</code>",
            ">billing:write</code>",
            "Tokenry’s own permissions",
            ">Permissions</a>",
        ] {
            assert!(page.text.contains(text), "{text}");
        }
        for (own, allows) in [
            ("tokenry.tokens:verify", "Ask whether a secret is valid"),
            ("tokenry.tokens:read", "List tokens"),
            ("tokenry.tokens:write", "Create, change"),
            ("tokenry.people:read", "List people, groups"),
            ("tokenry.people:write", "Make groups"),
            ("tokenry.webhooks:write", "Create and delete webhooks"),
            ("tokenry.audit:read", "Read the audit log"),
        ] {
            assert!(page.text.contains(own) && page.text.contains(allows), "{own}");
        }
        assert_eq!(page.text.contains(&format!("href=\"{NEW}\"")), why.is_none());
        assert_eq!(page.text.contains(&format!("href=\"{EDIT}\"")), why.is_none());
        assert!(why.is_none_or(|why| page.text.contains(why)));
    }
}

#[tokio::test]
async fn tokens_are_counted_among_those_that_exist_for_the_person() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    token(&app, &app.admin, "Payroll", &["projects:read"]).await;
    token(&app, &ines, "Deploy", &["projects:read"]).await;
    let holders = "/settings/permissions/holders?permission=projects%3Aread";
    let hers = app.visitor_as(&ines);
    assert!(app.visitor().get(TAB).await.text.contains("2 tokens with projects:read"));
    assert!(hers.get(TAB).await.text.contains("1 token with projects:read"));
    let (all, own) = (app.visitor().get(holders).await.text, hers.get(holders).await.text);
    assert!(all.contains("Payroll") && all.contains("Ada Moreau") && all.contains("Deploy"));
    assert!(!own.contains("Payroll") && own.contains("1 token of yours has it") && own.contains("Deploy"));

    let viewer = app.user("Vera Lindqvist", Role::Viewer).await;
    let looks = app.visitor_as(&viewer).get(holders).await.text;
    assert!(looks.contains("Payroll") && !looks.contains("/edit\""), "a viewer can edit none of them");
    assert_eq!(all.matches("href=\"/settings/tokens/0").count(), 2, "each leads to its token");
    for nonsense in ["", "?permission=projects", "?permission=%00", "?permission=a%3Ab%3Ac"] {
        let answer = hers.get(&format!("/settings/permissions/holders{nonsense}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{nonsense}");
    }
}

#[tokio::test]
async fn a_resource_is_added_and_can_be_given_at_once() {
    let app = TestApp::new().await;
    let answer =
        app.visitor().post_form(NEW, &add(" invoices ", "read\r\n\r\nvoid = Cancel for good\r\n")).await;
    assert!(led_to(&answer, "Added “Invoices”."), "{}", answer.text);
    let page = app.visitor().get(TAB).await.text;
    assert!(page.contains("Invoices") && page.contains("Cancel for good") && page.contains("invoices:void"));
    token(&app, &app.admin, "Billing run", &["invoices:void"]).await;
    let details = "select count(*) from event where kind = 'catalogue.resource_added'
                   and details like '%\"resource\":\"invoices\"%' and actor_id is not null";
    assert_eq!(app.number(details).await, 1);
    let log = app.visitor().get("/settings/audit").await.text;
    assert!(
        log.contains("Added resource")
            && log.contains("invoices; ")
            && log.contains("actions: read = Read, void = Cancel for good")
    );
}

#[tokio::test]
async fn what_cannot_be_added_is_refused_beside_its_field_and_stays_typed() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let many = (0..21).map(|i| format!("a{i} = A")).collect::<Vec<_>>().join("\r\n");
    let long = format!("read = {}", "x".repeat(121));
    for (name, actions, sentence) in [
        ("", READ_WRITE, "Write the name that services ask for"),
        ("Invoices", READ_WRITE, "Use 1 to 64 of a-z"),
        ("in voices", READ_WRITE, "Use 1 to 64 of a-z"),
        ("in:voices", READ_WRITE, "Use 1 to 64 of a-z"),
        (&"a".repeat(65), READ_WRITE, "Use 1 to 64 of a-z"),
        ("tokenry", READ_WRITE, "are for Tokenry’s own permissions"),
        ("tokenry.tokens", READ_WRITE, "are for Tokenry’s own permissions"),
        ("tokenry-box", READ_WRITE, "are for Tokenry’s own permissions"),
        ("projects", READ_WRITE, "“projects” is in the catalogue already."),
        ("invoices", " \r\n ", "Write at least one action"),
        ("invoices", "Read all", "“Read all” cannot be an action."),
        ("invoices", "read\r\nread = Look", "“read” is there twice."),
        ("invoices", "read = a\u{202e}b", "a character that cannot be seen"),
        ("invoices", &many, "20 actions at most; here are 21."),
        ("invoices", &long, "Keep this to 120 characters"),
    ] {
        let fields =
            [("name", name), ("label", "Kept label"), ("description", "Kept text"), ("actions", actions)];
        let answer = app.visitor().post_form(NEW, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {actions}");
        assert!(answer.text.contains(sentence), "{name} {actions}: {}", answer.text);
        for kept in [format!("value=\"{name}\""), "value=\"Kept label\"".into(), "value=\"Kept text\"".into()]
        {
            assert!(answer.text.contains(&kept), "{kept}");
        }
        assert!(answer.text.contains(actions.trim()), "{actions}");
    }
    let fields =
        [("name", "a"), ("label", "\u{200b}"), ("description", &"d".repeat(121)), ("actions", "read")];
    let answer = app.visitor().post_form(NEW, &fields).await.text;
    assert_eq!(answer.matches("aria-invalid=\"true\"").count(), 2, "each field is told");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_catalogue_that_is_full_says_so() {
    let app = TestApp::new().await;
    let mut full = app.service.catalogue().await.unwrap();
    let one = full.resources[0].clone();
    full.resources =
        (0..200).map(|i| app::domain::Resource { name: format!("r{i}"), ..one.clone() }).collect();
    app.service.replace_catalogue(&full).await.unwrap();
    let answer = app.visitor().post_form(NEW, &add("invoices", "read")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("The catalogue holds 200 resources, and no more fit."));
}

#[tokio::test]
async fn a_catalogue_of_a_file_is_shown_and_not_changed() {
    let app = TestApp::new().await;
    let service = app.service.clone().with_catalogue_of_a_file();
    let visitor = Visitor::new(server::build(service, Network::default())).with_session(&app.admin.key);
    let page = visitor.get(TAB).await;
    assert!(page.status == StatusCode::OK && page.text.contains(CATALOGUE_OF_A_FILE));
    assert!(!page.text.contains(&format!("href=\"{NEW}\"")));
    let (before, last) = (app.data().await, app.last_line().await);
    let seen = version(&app, "projects").await;
    for answer in [
        visitor.get(NEW).await,
        visitor.get(EDIT).await,
        visitor.get(REMOVE).await,
        visitor.post_form(NEW, &add("invoices", "read")).await,
        edit(&visitor, &seen, "Work", READ_WRITE, "").await,
        visitor.post_form(REMOVE, &[("version", &seen)]).await,
    ] {
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.text.contains(CATALOGUE_OF_A_FILE));
    }
    assert_eq!(app.kinds_after(last).await, ["refused"; 6]);
    assert_eq!(app.data().await, before);
}

#[tokio::test]
async fn what_people_write_is_shown_as_text_and_never_as_markup() {
    let app = TestApp::new().await;
    let (bad, visitor) = ("</textarea><img src=x onerror=alert(1)>", app.visitor());
    let actions = format!("read = {bad}");
    let fields = [("name", "invoices"), ("label", bad), ("description", bad), ("actions", actions.as_str())];
    assert!(led_to(&visitor.post_form(NEW, &fields).await, &format!("Added “{bad}”.")));
    token(&app, &app.admin, "<img src=y>", &["invoices:read"]).await;
    let seen = version(&app, "invoices").await;
    let path = |verb: &str| format!("/settings/permissions/invoices/{verb}");
    let again = [("version", seen.as_str()), ("label", bad), ("actions", "view = \u{200b}")];
    let asks = [("version", seen.as_str()), ("label", bad), ("actions", "view")];
    let refused = [("name", bad), ("label", bad), ("actions", bad)];
    for page in [
        visitor.get(TAB).await,
        visitor.get(&path("edit")).await,
        visitor.get(&path("remove")).await,
        visitor.get("/settings/permissions/holders?permission=invoices%3Aread").await,
        visitor.get("/settings/permissions/holders?permission=%3Cimg%20src").await,
        visitor.get("/settings/permissions/%3Cimg%20src/edit").await,
        visitor.get("/settings/audit").await,
        visitor.post_form(&path("edit"), &again).await,
        visitor.post_form(&path("edit"), &asks).await,
        visitor.post_form(NEW, &refused).await,
    ] {
        assert!(page.text.len() > 500 && !page.text.contains("<img"), "{}", page.text);
    }
}

#[tokio::test]
async fn names_that_lead_nowhere_are_not_found() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    for name in ["ghosts", "%00", "a%2Fb", "PROJECTS", "projects%20", "new"] {
        for verb in ["edit", "remove"] {
            let path = format!("/settings/permissions/{name}/{verb}");
            assert_eq!(app.visitor().get(&path).await.status, StatusCode::NOT_FOUND, "GET {path}");
            let answer = app.visitor().post_form(&path, &[("version", "x")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "POST {path}");
        }
    }
    for version in ["", "x", "0"] {
        let answer = edit(&app.visitor(), version, "Work", READ_WRITE, "read write").await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{version:?}");
        let answer = app.visitor().post_form(REMOVE, &[("version", version)]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{version:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}
