use crate::support::{TestApp, event, form};
use app::{
    domain::{EventKind, FactorRule, Policy, SecretPrefix, Timestamp, TokenForm, Workspace, WorkspaceName},
    service::{Clock, StoreError},
};

fn acme(version: i64) -> Workspace {
    Workspace {
        name: WorkspaceName::parse("Acme").unwrap(),
        prefix: Some(SecretPrefix::parse("acme").unwrap()),
        policy: Policy { lifetime_days: Some(90), expiry_required: true },
        idle_days: 7,
        undo_days: 30,
        second_factor: FactorRule::Admins,
        version,
    }
}

async fn change(app: &TestApp, to: &Workspace) -> Result<Option<Workspace>, StoreError> {
    let line = event(EventKind::WorkspaceChanged, app.admin.id(), app.clock.now());
    app.store.change_workspace(to, &line).await
}

#[tokio::test]
async fn there_is_a_workspace_from_the_start_which_asks_for_nothing() {
    let app = TestApp::new().await;
    let workspace = app.store.workspace().await.unwrap();
    let expected = Workspace {
        name: WorkspaceName::default(),
        prefix: None,
        policy: Policy::default(),
        idle_days: 30,
        undo_days: 7,
        second_factor: FactorRule::Nobody,
        version: 1,
    };
    assert_eq!(workspace, expected);
}

#[tokio::test]
async fn a_workspace_is_read_back_as_it_was_put_one_version_later() {
    let app = TestApp::new().await;
    assert_eq!(change(&app, &acme(1)).await.unwrap(), None);
    assert_eq!(app.store.workspace().await.unwrap(), acme(2));
    let empty = Workspace { prefix: None, policy: Policy::default(), ..acme(2) };
    assert_eq!(change(&app, &empty).await.unwrap(), None);
    assert_eq!(app.store.workspace().await.unwrap(), Workspace { version: 3, ..empty });
}

#[tokio::test]
async fn a_change_from_another_version_changes_nothing_and_says_what_is_stored() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    for version in [0, 2] {
        let stored = change(&app, &acme(version)).await.unwrap().unwrap();
        assert_eq!(stored, app.store.workspace().await.unwrap());
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn of_many_who_change_the_workspace_at_once_exactly_one_does() {
    let app = TestApp::new().await;
    let changes = (0..20).map(|_| {
        let (store, line) =
            (app.store.clone(), event(EventKind::WorkspaceChanged, app.admin.id(), app.clock.now()));
        tokio::spawn(async move { store.change_workspace(&acme(1), &line).await.unwrap().is_none() })
    });
    let mut done = 0;
    for change in changes.collect::<Vec<_>>() {
        done += usize::from(change.await.unwrap());
    }
    assert_eq!(done, 1);
    assert_eq!(app.number("select count(*) from event where kind = 'workspace.changed'").await, 1);
}

#[tokio::test]
async fn a_change_whose_event_cannot_be_written_does_not_happen() {
    let app = TestApp::new().await;
    app.refuse_inserts("event").await;
    let before = app.fingerprint().await;
    assert!(matches!(change(&app, &acme(1)).await, Err(StoreError::Failed(_))));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn what_outlasts_a_moment_is_named_and_what_never_ends_comes_first() {
    let app = TestApp::new().await;
    for (name, end) in [
        ("Never", ""),
        ("Early", "2027-01-01"),
        ("Late", "2028-01-01"),
        ("Later", "2029-01-01"),
        ("Gone", "2029-01-01"),
        ("Never ever", ""),
    ] {
        let form = TokenForm { expires_at: Some(end.into()), ..form(name, &["projects:read"]) };
        let token = app.made(&form).await.token;
        if name == "Gone" {
            app.service.delete_token(&app.admin.caller, token.id).await.unwrap();
        }
    }
    let names = async |latest: Option<Timestamp>, limit| {
        let found = app.store.outlasting(latest, limit).await.unwrap();
        found.into_iter().map(|holder| String::from(holder.name)).collect::<Vec<_>>().join(", ")
    };
    let latest = Timestamp::end_of_day("2027-01-01");
    assert_eq!(names(latest, 10).await, "Never ever, Never, Later, Late", "not what ends at that moment");
    assert_eq!(names(latest, 3).await, "Never ever, Never, Later");
    assert_eq!(names(latest, 1).await, "Never ever");
    assert_eq!(names(None, 10).await, "Never ever, Never");
    assert_eq!(names(Timestamp::end_of_day("2026-12-31"), 10).await, "Never ever, Never, Later, Late, Early");
}
