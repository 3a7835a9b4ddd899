use crate::support::{House, form};
use app::{
    domain::{Event, EventKind, Scope, Token, TokenDetails, TokenId, TokenName},
    service::{FamilyStore, KeyDigest, NewToken, StoreError, TokenStore},
};
use uuid::Uuid;

async fn made(house: &House, name: &str, parent: Option<TokenId>) -> Result<Token, StoreError> {
    let like = house.made(&form(&format!("Like {name}"), &["projects:read"])).await;
    let details = TokenDetails { name: TokenName::parse(name).unwrap(), ..TokenDetails::of(&like.token) };
    let new = NewToken {
        id: TokenId::from_uuid(Uuid::now_v7()),
        owner: house.admin.id(),
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
    house.store.insert_token(&new, &event).await
}

async fn names(house: &House, of: TokenId, scope: Scope, limit: u32) -> Vec<String> {
    let found = house.store.descendants(of, scope, limit).await.unwrap();
    found.into_iter().map(|token| token.name.as_str().to_owned()).collect()
}

#[tokio::test]
async fn descendants_are_live_in_scope_and_no_more_than_wanted() {
    let house = House::new().await;
    let root = made(&house, "Root", None).await.unwrap();
    let child = made(&house, "Child", Some(root.id)).await.unwrap();
    let other = made(&house, "Other", Some(root.id)).await.unwrap();
    made(&house, "Grandchild", Some(child.id)).await.unwrap();
    assert_eq!(root.parent, None);
    assert_eq!(
        child.parent.as_ref().map(|parent| (parent.id, parent.name.as_str())),
        Some((root.id, "Root"))
    );
    let all = names(&house, root.id, Scope::Everybody, 10).await;
    assert_eq!(all, ["Child", "Other", "Grandchild"]);
    assert_eq!(names(&house, child.id, Scope::Everybody, 10).await, ["Grandchild"]);
    assert_eq!(names(&house, root.id, Scope::Everybody, 2).await.len(), 2);
    assert_eq!(names(&house, other.id, Scope::Everybody, 2).await, Vec::<String>::new());
    // One in between that has ended leads on to those that have not.
    house.service.delete_token(&house.admin.caller, child.id).await.unwrap();
    assert_eq!(names(&house, root.id, Scope::Everybody, 10).await, ["Other", "Grandchild"]);
    let ines = house.guest("Ines Okafor", app::domain::Role::Member).await;
    assert_eq!(names(&house, root.id, Scope::Owner(ines.id()), 10).await, Vec::<String>::new());
    house.service.hand_over_token(&house.admin.caller, other.id, &ines.id().to_string()).await.unwrap();
    assert_eq!(names(&house, root.id, Scope::Owner(ines.id()), 10).await, ["Other"]);
}

#[tokio::test]
async fn a_token_that_was_ended_meanwhile_makes_nothing() {
    let house = House::new().await;
    let root = made(&house, "Root", None).await.unwrap();
    house.service.pause_token(&house.admin.caller, root.id, true).await.unwrap();
    assert!(matches!(made(&house, "A", Some(root.id)).await, Err(StoreError::ParentEnded)));
    house.service.pause_token(&house.admin.caller, root.id, false).await.unwrap();
    made(&house, "B", Some(root.id)).await.unwrap();
    house.service.delete_token(&house.admin.caller, root.id).await.unwrap();
    assert!(matches!(made(&house, "C", Some(root.id)).await, Err(StoreError::ParentEnded)));
    let made = "select count(*) from token where name in ('A', 'C')";
    assert_eq!(house.number(made).await, 0);
}
