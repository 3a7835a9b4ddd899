use crate::support::{TestApp, TestUser, catalogue, event, form};
use app::{
    domain::{
        Action, Catalogue, Event, EventKind, Permission, RESOURCES_MAX, Resource, Role, Scope, TokenId,
    },
    service::{Clock, ResourceChange, StoreError},
};

#[tokio::test]
async fn a_catalogue_is_read_back_in_its_own_order() {
    let app = TestApp::new().await;
    let mut turned = catalogue();
    turned.resources.reverse();
    turned.resources[0].actions.reverse();
    app.service.replace_catalogue(&turned).await.unwrap();
    assert_eq!(app.store.catalogue().await.unwrap(), turned);
}

#[tokio::test]
async fn replacing_a_catalogue_by_itself_leaves_no_event() {
    let app = TestApp::new().await;
    let events = "select count(*) from event where kind = 'catalogue.replaced'";
    assert_eq!(app.number(events).await, 1);
    app.service.replace_catalogue(&catalogue()).await.unwrap();
    assert_eq!(app.number(events).await, 1);
}

#[tokio::test]
async fn tokens_keep_permissions_that_leave_the_catalogue() {
    let app = TestApp::new().await;
    let created =
        app.service.create_token(&app.admin.caller, &form("Sync", &["billing:read"])).await.unwrap();
    let without = Catalogue { resources: catalogue().resources.into_iter().take(1).collect() };
    app.service.replace_catalogue(&without).await.unwrap();
    let token = app.service.token(&app.admin.caller, created.token.id).await.unwrap();
    assert_eq!(token.permissions, created.token.permissions);
    // The token can be saved with the permission that it holds, but another one cannot get it.
    let renamed =
        app.service.edit_token(&app.admin.caller, token.id, 1, &form("Ledger", &["billing:read"])).await;
    assert_eq!(renamed.unwrap().permissions, created.token.permissions);
    assert!(app.service.create_token(&app.admin.caller, &form("Other", &["billing:read"])).await.is_err());
}

fn resource(name: &str, actions: &[&str]) -> Resource {
    let actions = actions.iter().map(|a| Action { name: (*a).to_owned(), label: a.to_uppercase() }).collect();
    Resource { name: name.into(), label: name.to_uppercase(), description: "Things".into(), actions }
}

/// An arbitrary line for the audit log.
fn line(app: &TestApp) -> Event {
    event(EventKind::ResourceEdited, app.admin.id(), app.clock.now())
}

async fn change(app: &TestApp, change: ResourceChange<'_>) -> Result<(), StoreError> {
    app.store.change_resource(change, &line(app)).await
}

async fn names(app: &TestApp) -> String {
    let catalogue = app.store.catalogue().await.unwrap();
    catalogue.resources.iter().map(|r| r.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_resource_is_added_changed_and_removed_and_the_others_stay_as_they_are() {
    let app = TestApp::new().await;
    let [projects, billing] = <[Resource; 2]>::try_from(catalogue().resources).unwrap();
    let invoices = resource("invoices", &["read", "void"]);
    change(&app, ResourceChange::Add(&invoices)).await.unwrap();
    let to = resource("projects", &["write", "archive"]);
    change(&app, ResourceChange::Edit { from: &projects, to: &to }).await.unwrap();
    let all = app.store.catalogue().await.unwrap().resources;
    assert_eq!(all, [to.clone(), billing.clone(), invoices.clone()], "in its old place");
    change(&app, ResourceChange::Remove(&billing)).await.unwrap();
    change(&app, ResourceChange::Add(&billing)).await.unwrap();
    assert_eq!(app.store.catalogue().await.unwrap().resources, [to, invoices, billing], "at the end");
    let events = "select count(*) from event where kind = 'catalogue.resource_edited'";
    assert_eq!(app.number(events).await, 4, "one line for each");
}

#[tokio::test]
async fn a_change_that_began_from_something_else_is_refused_with_what_is_stored() {
    let app = TestApp::new().await;
    let projects = catalogue().resources.remove(0);
    let (old, ghost) = (resource("projects", &["read"]), resource("ghosts", &["summon"]));
    let before = app.fingerprint().await;
    for changed in [
        ResourceChange::Add(&projects),
        ResourceChange::Add(&old),
        ResourceChange::Edit { from: &old, to: &projects },
        ResourceChange::Remove(&old),
    ] {
        let refused = change(&app, changed).await;
        let Err(StoreError::ResourceChanged(current)) = refused else { panic!("{changed:?}: {refused:?}") };
        assert_eq!(*current, projects);
    }
    for gone in [ResourceChange::Edit { from: &ghost, to: &ghost }, ResourceChange::Remove(&ghost)] {
        assert!(matches!(change(&app, gone).await, Err(StoreError::NoSuchResource)), "{gone:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn of_many_who_change_a_resource_at_once_exactly_one_does() {
    let app = TestApp::new().await;
    let from = catalogue().resources.remove(0);
    let changes = (0..20).map(|i| {
        let (store, from, line) = (app.store.clone(), from.clone(), line(&app));
        let to = resource("projects", &[format!("a{i}").as_str()]);
        tokio::spawn(async move {
            store.change_resource(ResourceChange::Edit { from: &from, to: &to }, &line).await
        })
    });
    let mut done = 0;
    for change in changes.collect::<Vec<_>>() {
        match change.await.unwrap() {
            Ok(()) => done += 1,
            Err(StoreError::ResourceChanged(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(done, 1);
}

#[tokio::test]
async fn a_catalogue_is_never_empty_and_never_fuller_than_it_can_be() {
    let app = TestApp::new().await;
    let [projects, billing] = <[Resource; 2]>::try_from(catalogue().resources).unwrap();
    change(&app, ResourceChange::Remove(&billing)).await.unwrap();
    assert!(matches!(change(&app, ResourceChange::Remove(&projects)).await, Err(StoreError::LastResource)));
    assert_eq!(names(&app).await, "projects");

    let many = (0..RESOURCES_MAX).map(|i| resource(&format!("r{i}"), &["read"])).collect();
    let many = Catalogue { resources: many };
    app.service.replace_catalogue(&many).await.unwrap();
    assert!(matches!(change(&app, ResourceChange::Add(&projects)).await, Err(StoreError::CatalogueFull)));
    let edit = ResourceChange::Edit { from: &many.resources[7], to: &resource("r7", &["write"]) };
    change(&app, edit).await.unwrap();
    assert_eq!(app.store.catalogue().await.unwrap().resources.len(), RESOURCES_MAX);
}

#[tokio::test]
async fn a_change_whose_event_cannot_be_written_does_not_happen() {
    let app = TestApp::new().await;
    app.refuse_inserts("event").await;
    let before = app.fingerprint().await;
    let (projects, new) = (catalogue().resources.remove(0), resource("invoices", &["read"]));
    let to = resource("projects", &["read"]);
    for changed in [
        ResourceChange::Add(&new),
        ResourceChange::Edit { from: &projects, to: &to },
        ResourceChange::Remove(&projects),
    ] {
        assert!(matches!(change(&app, changed).await, Err(StoreError::Failed(_))), "{changed:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}

async fn token(app: &TestApp, of: &TestUser, name: &str, permissions: &[&str]) -> TokenId {
    app.clock.forward(1);
    app.service.create_token(&of.caller, &form(name, permissions)).await.unwrap().token.id
}

#[tokio::test]
async fn live_tokens_in_scope_are_counted_for_each_permission_up_to_a_limit() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    for i in 0..5 {
        token(&app, &ines, &format!("Hers {i}"), &["projects:read", "billing:write"]).await;
    }
    token(&app, &app.admin, "His", &["projects:read"]).await;
    let deleted = token(&app, &app.admin, "Gone", &["projects:write", "projects:read"]).await;
    app.service.delete_token(&app.admin.caller, deleted).await.unwrap();
    let without = Catalogue { resources: catalogue().resources.into_iter().take(1).collect() };
    app.service.replace_catalogue(&without).await.unwrap();

    let counts = async |scope, max| {
        let held = app.store.held(scope, max).await.unwrap();
        let permissions = ["projects:read", "projects:write", "billing:write"];
        permissions.map(|p| held.count(&p.parse().unwrap()))
    };
    assert_eq!(counts(Scope::Everybody, 100).await, [6, 0, 5], "also those that left the catalogue");
    assert_eq!(counts(Scope::Everybody, 3).await, [3, 0, 3]);
    assert_eq!(counts(Scope::Owner(ines.id()), 100).await, [5, 0, 5]);
    assert_eq!(counts(Scope::Owner(ines.id()), 3).await, [3, 0, 3]);
    assert_eq!(counts(Scope::Owner(app.admin.id()), 100).await, [1, 0, 0]);
}

#[tokio::test]
async fn holders_are_the_live_tokens_in_scope_each_once_and_the_newest_first() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let first = token(&app, &ines, "First", &["projects:read", "projects:write"]).await;
    let second = token(&app, &app.admin, "Second", &["projects:write"]).await;
    let deleted = token(&app, &app.admin, "Deleted", &["projects:read"]).await;
    token(&app, &app.admin, "Other", &["billing:read"]).await;
    let third = token(&app, &ines, "Third", &["projects:read"]).await;
    app.service.delete_token(&app.admin.caller, deleted).await.unwrap();

    let found = async |permissions: &[&str], scope, limit| {
        let permissions: Vec<Permission> = permissions.iter().map(|p| p.parse().unwrap()).collect();
        let holders = app.store.holders(&permissions, scope, limit).await.unwrap();
        holders.into_iter().map(|holder| holder.id).collect::<Vec<_>>()
    };
    let both = ["projects:read", "projects:write"];
    assert_eq!(found(&both, Scope::Everybody, 10).await, [third, second, first]);
    assert_eq!(found(&both, Scope::Everybody, 2).await, [third, second]);
    assert_eq!(found(&both, Scope::Owner(ines.id()), 10).await, [third, first]);
    assert_eq!(found(&["projects:write"], Scope::Everybody, 10).await, [second, first]);
    assert!(found(&[], Scope::Everybody, 10).await.is_empty());
    assert!(found(&["ghosts:summon"], Scope::Everybody, 10).await.is_empty());
}
