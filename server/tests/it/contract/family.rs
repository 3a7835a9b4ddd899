use crate::support::{TestApp, form};
use app::{
    domain::{Event, EventKind, Scope, Token, TokenDetails, TokenId, TokenName},
    service::{KeyDigest, NewToken, StoreError},
};
use uuid::Uuid;

async fn made(app: &TestApp, name: &str, parent: Option<TokenId>) -> Result<Token, StoreError> {
    let like = app.made(&form(&format!("Like {name}"), &["projects:read"])).await;
    let details = TokenDetails { name: TokenName::parse(name).unwrap(), ..TokenDetails::of(&like.token) };
    let new = NewToken {
        id: TokenId::from_uuid(Uuid::now_v7()),
        owner: app.admin.id(),
        parent,
        details,
        name_key: name.to_lowercase(),
        digest: KeyDigest::of(name.as_bytes()),
        hint: like.token.secret_hint,
        at: like.token.created_at,
        once: None,
        most: None,
    };
    let event = Event {
        at: new.at,
        kind: EventKind::TokenCreated,
        actor: None,
        token: Some(new.id),
        person: None,
        address: "127.0.0.1".into(),
        request_id: "test".into(),
        details: "{}".into(),
    };
    app.store.insert_token(&new, Scope::Everybody, &event).await
}

async fn names(app: &TestApp, of: TokenId, scope: Scope, limit: u32) -> Vec<String> {
    let found = app.store.descendants(of, scope, limit).await.unwrap();
    found.into_iter().map(|token| token.name.as_str().to_owned()).collect()
}

#[tokio::test]
async fn descendants_are_live_in_scope_and_no_more_than_wanted() {
    let app = TestApp::new().await;
    let root = made(&app, "Root", None).await.unwrap();
    let child = made(&app, "Child", Some(root.id)).await.unwrap();
    let other = made(&app, "Other", Some(root.id)).await.unwrap();
    made(&app, "Grandchild", Some(child.id)).await.unwrap();
    assert_eq!(root.parent, None);
    assert_eq!(
        child.parent.as_ref().map(|parent| (parent.id, parent.name.as_str())),
        Some((root.id, "Root"))
    );
    let all = names(&app, root.id, Scope::Everybody, 10).await;
    assert_eq!(all, ["Child", "Other", "Grandchild"]);
    assert_eq!(names(&app, child.id, Scope::Everybody, 10).await, ["Grandchild"]);
    assert_eq!(names(&app, root.id, Scope::Everybody, 2).await.len(), 2);
    assert_eq!(names(&app, other.id, Scope::Everybody, 2).await, Vec::<String>::new());
    // A deleted token in between still leads to its live descendants.
    app.service.delete_token(&app.admin.caller, child.id).await.unwrap();
    assert_eq!(names(&app, root.id, Scope::Everybody, 10).await, ["Other", "Grandchild"]);
    let ines = app.user("Ines Okafor", app::domain::Role::Member).await;
    assert_eq!(names(&app, root.id, Scope::Owner(ines.id()), 10).await, Vec::<String>::new());
    app.service.hand_over_token(&app.admin.caller, other.id, &ines.id().to_string()).await.unwrap();
    assert_eq!(names(&app, root.id, Scope::Owner(ines.id()), 10).await, ["Other"]);
}

#[tokio::test]
async fn a_token_that_was_ended_meanwhile_makes_nothing() {
    let app = TestApp::new().await;
    let root = made(&app, "Root", None).await.unwrap();
    app.service.set_disabled(&app.admin.caller, root.id, None, true).await.unwrap();
    assert!(matches!(made(&app, "A", Some(root.id)).await, Err(StoreError::ParentEnded)));
    app.service.set_disabled(&app.admin.caller, root.id, None, false).await.unwrap();
    made(&app, "B", Some(root.id)).await.unwrap();
    app.service.delete_token(&app.admin.caller, root.id).await.unwrap();
    assert!(matches!(made(&app, "C", Some(root.id)).await, Err(StoreError::ParentEnded)));
    let made = "select count(*) from token where name in ('A', 'C')";
    assert_eq!(app.number(made).await, 0);
}
