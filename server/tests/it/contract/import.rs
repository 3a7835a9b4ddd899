use crate::support::House;
use app::{
    domain::{
        AllowedAddresses, Description, Event, EventKind, SecretHint, Timestamp, TokenDetails, TokenId,
        TokenName,
    },
    service::{ImportClash, ImportStore, KeyDigest, NewToken, StoreError, VerifyStore},
};
use uuid::Uuid;

fn imported(house: &House, name: &str, key: &str) -> (NewToken, Event) {
    let id = TokenId::from_uuid(Uuid::now_v7());
    let event = Event {
        at: Timestamp::from_millis(5),
        kind: EventKind::TokenImported,
        actor: None,
        token: Some(id),
        person: Some(house.admin.id()),
        address: "command line".into(),
        request_id: String::new(),
        details: "{}".into(),
    };
    let details = TokenDetails {
        name: TokenName::parse(name).unwrap(),
        description: Description::default(),
        permissions: ["projects:read"].iter().map(|p| p.parse().unwrap()).collect(),
        expires_at: None,
        allowed_addresses: AllowedAddresses::default(),
        rate_limit: None,
    };
    let token = NewToken {
        id,
        owner: house.admin.id(),
        parent: None,
        details,
        name_key: name.to_lowercase(),
        digest: KeyDigest::of(key.as_bytes()),
        hint: SecretHint::foreign("").unwrap(),
        at: Timestamp::from_millis(5),
        most: None,
        once: None,
    };
    (token, event)
}

async fn import(house: &House, new: &[(NewToken, Event)], is_rehearsal: bool) -> Vec<(usize, ImportClash)> {
    house.store.import_tokens(new, is_rehearsal).await.unwrap()
}

#[tokio::test]
async fn all_are_recorded_each_with_its_event_and_everybody_learns_of_foreign_secrets() {
    let house = House::new().await;
    let (before, line) = (house.store.changes(0).await.unwrap(), house.last_line().await);
    assert!(!before.has_foreign);
    let new = [imported(&house, "Deploy", "a"), imported(&house, "Billing", "b")];
    assert_eq!(import(&house, &new, false).await, []);
    let changes = house.store.changes(before.revision).await.unwrap();
    assert!(changes.has_foreign);
    assert_eq!(changes.secrets, [new[0].0.digest, new[1].0.digest]);
    assert_eq!(house.kinds_after(line).await, ["token.imported", "token.imported"]);
    assert_eq!(house.store.secret(&new[1].0.digest).await.unwrap().map(|s| s.token), Some(new[1].0.id));
}

#[tokio::test]
async fn when_one_cannot_be_none_is_and_each_is_named_with_its_reasons() {
    let house = House::new().await;
    import(&house, &[imported(&house, "Deploy", "a")], false).await;
    let before = house.fingerprint().await;
    let new = [
        imported(&house, "Billing", "b"),
        imported(&house, "deploy", "c"),
        imported(&house, "Deploy", "a"),
        imported(&house, "Reports", "a"),
    ];
    let clashes =
        [(1, ImportClash::Name), (2, ImportClash::Name), (2, ImportClash::Digest), (3, ImportClash::Digest)];
    for is_rehearsal in [true, false] {
        assert_eq!(import(&house, &new, is_rehearsal).await, clashes);
        assert_eq!(house.fingerprint().await, before);
    }
    assert_eq!(import(&house, &new[..1], true).await, [], "a rehearsal");
    assert_eq!(house.fingerprint().await, before);
    // Among themselves they may not be alike either.
    let twice = [imported(&house, "Billing", "b"), imported(&house, "Billing", "c")];
    assert!(matches!(house.store.import_tokens(&twice, false).await, Err(StoreError::NameTaken)));
    assert_eq!(house.fingerprint().await, before);
}

#[tokio::test]
async fn a_key_that_was_revoked_is_never_imported_again() {
    let house = House::new().await;
    let (rotated, deleted) = (imported(&house, "Deploy", "a"), imported(&house, "Billing", "b"));
    import(&house, &[rotated.clone(), deleted.clone()], false).await;
    let ada = &house.admin.caller;
    house.service.rotate_token(ada, rotated.0.id, 0).await.unwrap();
    house.service.delete_token(ada, deleted.0.id).await.unwrap();
    // Nor does it matter whether its token could still be brought back.
    house.clock.forward(1_000 * 24 * 60 * 60 * 1_000);
    let before = house.fingerprint().await;
    let again = [imported(&house, "Other", "a"), imported(&house, "Another", "b")];
    let clashes = [(0, ImportClash::Digest), (1, ImportClash::Digest)];
    for is_rehearsal in [true, false] {
        assert_eq!(import(&house, &again, is_rehearsal).await, clashes);
    }
    assert_eq!(house.fingerprint().await, before);
}
