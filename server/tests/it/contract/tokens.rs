use crate::support::TestApp;
use app::{
    domain::{
        AllowedAddresses, Description, Event, EventKind, Scope, Secret, SecretPrefix, Timestamp, Token,
        TokenDetails, TokenId, TokenName,
    },
    service::{DisabledChange, Ender, KeyDigest, NewToken, StoreError, TokenChange, TokenRemoval},
};
use uuid::Uuid;

fn details(name: &str) -> TokenDetails {
    TokenDetails {
        name: TokenName::parse(name).unwrap(),
        description: Description::parse("What for").unwrap(),
        permissions: ["projects:read", "billing:write"].iter().map(|p| p.parse().unwrap()).collect(),
        expires_at: None,
        allowed_addresses: AllowedAddresses::default(),
        rate_limit: None,
        metadata: app::domain::Metadata::default(),
    }
}

fn new_token(app: &TestApp, name: &str, at: i64) -> NewToken {
    let mut random = [0; 64];
    getrandom::fill(&mut random).unwrap();
    let secret = Secret::from_random(&SecretPrefix::default(), &random).unwrap();
    NewToken {
        id: TokenId::from_uuid(Uuid::now_v7()),
        owner: app.admin.id(),
        parent: None,
        details: details(name),
        name_key: name.to_lowercase(),
        digest: KeyDigest::of(secret.expose_bytes()),
        hint: secret.hint(),
        at: Timestamp::from_millis(at),
        most: None,
        once: None,
    }
}

fn event(kind: EventKind, id: TokenId) -> Event {
    Event {
        at: Timestamp::from_millis(1),
        kind,
        actor: None,
        token: Some(id),
        person: None,
        address: "127.0.0.1".into(),
        request_id: "test".into(),
        details: "{}".into(),
    }
}

async fn insert(app: &TestApp, new: &NewToken) -> Result<Token, StoreError> {
    app.store.insert_token(new, Scope::Everybody, &event(EventKind::TokenCreated, new.id)).await
}

async fn update(app: &TestApp, id: TokenId, version: i64, name: &str) -> Result<Token, StoreError> {
    let (details, name_key) = (details(name), name.to_lowercase());
    let change = TokenChange {
        id,
        scope: Scope::Everybody,
        version,
        details,
        name_key,
        at: Timestamp::from_millis(9),
        once: None,
    };
    app.store.update_token(&change, &event(EventKind::TokenEdited, id)).await
}

async fn delete(app: &TestApp, id: TokenId) -> Result<(), StoreError> {
    delete_at(app, id, None).await
}

async fn delete_at(app: &TestApp, id: TokenId, version: Option<i64>) -> Result<(), StoreError> {
    let (by, at) = (Ender { person: Some(app.admin.id()), is_admin: false }, Timestamp::from_millis(9));
    let removal = TokenRemoval { id, scope: Scope::Everybody, version, by, at, once: None };
    app.store.delete_token(&removal, &event(EventKind::TokenDeleted, id)).await
}

#[tokio::test]
async fn a_recorded_token_is_read_back_as_it_was() {
    let app = TestApp::new().await;
    let new = new_token(&app, "Billing sync", 5);
    let inserted = insert(&app, &new).await.unwrap();
    let read = app.store.token(new.id, Scope::Everybody).await.unwrap();
    assert_eq!(inserted, read);
    assert_eq!(read.name, new.details.name);
    assert_eq!(read.description, new.details.description);
    assert_eq!(read.permissions, new.details.permissions);
    assert_eq!(read.secret_hint, new.hint);
    assert_eq!((read.created_at, read.updated_at, read.version), (new.at, new.at, 1));
}

#[tokio::test]
async fn unknown_and_deleted_tokens_are_equally_not_found() {
    let app = TestApp::new().await;
    let new = new_token(&app, "Billing sync", 5);
    insert(&app, &new).await.unwrap();
    delete(&app, new.id).await.unwrap();
    for id in [new.id, TokenId::from_uuid(Uuid::now_v7())] {
        assert!(matches!(app.store.token(id, Scope::Everybody).await, Err(StoreError::NotFound)));
        assert!(matches!(delete(&app, id).await, Err(StoreError::NotFound)));
        assert!(matches!(update(&app, id, 1, "Else").await, Err(StoreError::NotFound)));
    }
}

#[tokio::test]
async fn two_live_tokens_cannot_share_a_name_key() {
    let app = TestApp::new().await;
    let (first, second) = (new_token(&app, "Billing sync", 5), new_token(&app, "Deploy", 6));
    insert(&app, &first).await.unwrap();
    insert(&app, &second).await.unwrap();
    let before = app.fingerprint().await;
    assert!(matches!(insert(&app, &new_token(&app, "billing SYNC", 7)).await, Err(StoreError::NameTaken)));
    assert!(matches!(update(&app, second.id, 1, "Billing sync").await, Err(StoreError::NameTaken)));
    assert_eq!(app.fingerprint().await, before, "a refused change leaves nothing behind");
}

#[tokio::test]
async fn a_deleted_token_frees_its_name() {
    let app = TestApp::new().await;
    let first = new_token(&app, "Billing sync", 5);
    insert(&app, &first).await.unwrap();
    delete(&app, first.id).await.unwrap();
    assert!(insert(&app, &new_token(&app, "Billing sync", 6)).await.is_ok());
}

#[tokio::test]
async fn an_update_raises_the_version_and_replaces_the_details() {
    let app = TestApp::new().await;
    let new = new_token(&app, "Billing sync", 5);
    insert(&app, &new).await.unwrap();
    let updated = update(&app, new.id, 1, "Ledger sync").await.unwrap();
    assert_eq!((updated.name.as_str(), updated.version), ("Ledger sync", 2));
    assert_eq!((updated.created_at.as_millis(), updated.updated_at.as_millis()), (5, 9));
    assert_eq!(app.store.token(new.id, Scope::Everybody).await.unwrap(), updated);
}

#[tokio::test]
async fn an_update_from_an_old_version_changes_nothing_and_brings_what_is_stored() {
    let app = TestApp::new().await;
    let new = new_token(&app, "Billing sync", 5);
    insert(&app, &new).await.unwrap();
    let stored = update(&app, new.id, 1, "Theirs").await.unwrap();
    let before = app.fingerprint().await;
    match update(&app, new.id, 1, "Ours").await {
        Err(StoreError::VersionConflict(current)) => assert_eq!(*current, stored),
        other => panic!("{other:?}"),
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn of_two_updates_from_the_same_version_exactly_one_wins() {
    let app = TestApp::new().await;
    for round in 0..20 {
        let new = new_token(&app, &format!("Token {round}"), 5);
        insert(&app, &new).await.unwrap();
        let (a, b) = (format!("Left {round}"), format!("Right {round}"));
        let (left, right) = tokio::join!(update(&app, new.id, 1, &a), update(&app, new.id, 1, &b));
        assert_eq!(u8::from(left.is_ok()) + u8::from(right.is_ok()), 1);
    }
}

#[tokio::test]
async fn deleting_revokes_every_secret_and_leaves_a_tombstone() {
    let app = TestApp::new().await;
    let new = new_token(&app, "Billing sync", 5);
    insert(&app, &new).await.unwrap();
    delete(&app, new.id).await.unwrap();
    assert_eq!(app.number("select count(*) from secret where revoked_at is null").await, 0);
    assert_eq!(app.number("select count(*) from secret where revoked_at = 9").await, 1);
    assert_eq!(app.number("select count(*) from token where deleted_at = 9").await, 1);
}

#[tokio::test]
async fn another_version_than_the_one_that_was_seen_is_not_deleted() {
    let app = TestApp::new().await;
    let new = new_token(&app, "Billing sync", 5);
    insert(&app, &new).await.unwrap();
    let stored = update(&app, new.id, 1, "Ledger sync").await.unwrap();
    let before = app.fingerprint().await;
    for version in [1, 3] {
        let error = delete_at(&app, new.id, Some(version)).await.unwrap_err();
        assert!(matches!(&error, StoreError::VersionConflict(c) if **c == stored), "{error:?}");
    }
    assert_eq!(app.fingerprint().await, before);
    assert!(delete_at(&app, new.id, Some(2)).await.is_ok());
    for version in [None, Some(2), Some(3)] {
        assert!(matches!(delete_at(&app, new.id, version).await, Err(StoreError::NotFound)));
    }
}

#[tokio::test]
async fn of_many_tokens_those_are_found_that_are_live_and_in_scope() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", app::domain::Role::Member).await.id();
    let mut ids = Vec::new();
    for name in ["Kept", "Deleted", "Given"] {
        let new = new_token(&app, name, 5);
        insert(&app, &new).await.unwrap();
        ids.push(new.id);
    }
    delete(&app, ids[1]).await.unwrap();
    app.service.hand_over_token(&app.admin.caller, ids[2], &ines.to_string()).await.unwrap();
    let among = async |wanted: &[TokenId], scope| {
        let mut found: Vec<TokenId> =
            app.store.tokens_among(wanted, scope).await.unwrap().iter().map(|t| t.id).collect();
        found.sort();
        found
    };
    let all = [ids[2], ids[1], TokenId::from_uuid(Uuid::now_v7()), ids[0], ids[0]];
    assert_eq!(among(&all, Scope::Everybody).await, [ids[0], ids[2]]);
    assert_eq!(among(&all, Scope::Owner(ines)).await, [ids[2]]);
    assert_eq!(among(&ids[..1], Scope::Everybody).await, [ids[0]]);
    assert!(among(&[], Scope::Everybody).await.is_empty());
    let whole = app.store.token(ids[0], Scope::Everybody).await.unwrap();
    assert_eq!(app.store.tokens_among(&ids[..1], Scope::Everybody).await.unwrap(), [whole]);
}

#[tokio::test]
async fn every_change_leaves_its_event_in_the_order_it_happened() {
    let app = TestApp::new().await;
    let new = new_token(&app, "Billing sync", 5);
    insert(&app, &new).await.unwrap();
    update(&app, new.id, 1, "Ledger sync").await.unwrap();
    delete(&app, new.id).await.unwrap();
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from event where token_id is not null order by id")
            .fetch_all(&mut app.raw().await)
            .await
            .unwrap();
    assert_eq!(kinds, ["token.created", "token.edited", "token.deleted"]);
}

#[tokio::test]
async fn a_change_whose_event_cannot_be_written_does_not_happen() {
    let app = TestApp::new().await;
    let kept = new_token(&app, "Kept", 5);
    insert(&app, &kept).await.unwrap();
    app.refuse_inserts("event").await;
    let before = app.fingerprint().await;
    assert!(matches!(insert(&app, &new_token(&app, "New", 6)).await, Err(StoreError::Failed(_))));
    assert!(matches!(update(&app, kept.id, 1, "Changed").await, Err(StoreError::Failed(_))));
    assert!(matches!(delete(&app, kept.id).await, Err(StoreError::Failed(_))));
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(app.store.token(kept.id, Scope::Everybody).await.unwrap().version, 1);
}

#[tokio::test]
async fn the_audit_log_can_be_neither_changed_nor_shortened() {
    let app = TestApp::new().await;
    insert(&app, &new_token(&app, "Billing sync", 5)).await.unwrap();
    for sql in ["update event set kind = 'x'", "delete from event"] {
        let refused = sqlx::query(sql).execute(&mut app.raw().await).await;
        assert!(refused.unwrap_err().to_string().contains("append-only"), "{sql}");
    }
}

#[tokio::test]
async fn counting_stops_at_the_given_number() {
    let app = TestApp::new().await;
    for i in 0..7 {
        insert(&app, &new_token(&app, &format!("Token {i}"), 100 + i)).await.unwrap();
    }
    assert_eq!(app.store.count_tokens(Scope::Everybody, 100).await.unwrap(), 7);
    assert_eq!(app.store.count_tokens(Scope::Everybody, 5).await.unwrap(), 5);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_for_the_next_process() {
    let app = TestApp::new().await;
    let new = new_token(&app, "Billing sync", 5);
    insert(&app, &new).await.unwrap();
    app.store.close().await;
    let again = server::store::open(&app.database()).await.unwrap();
    assert_eq!(again.token(new.id, Scope::Everybody).await.unwrap().name.as_str(), "Billing sync");
}

#[tokio::test]
async fn who_disabled_it_is_remembered_and_the_mark_of_an_admin_stays_until_it_is_enabled() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", app::domain::Role::Member).await.id();
    let new = new_token(&app, "Billing sync", 5);
    insert(&app, &new).await.unwrap();
    let set_disabled = async |is_disabled, person, is_admin| {
        let (id, by) = (new.id, Ender { person, is_admin });
        let at = Timestamp::from_millis(9);
        let change =
            DisabledChange { id, scope: Scope::Everybody, version: None, is_disabled, by, at, once: None };
        let kind = EventKind::TokenDisabled;
        let token = app.store.set_disabled(&change, &event(kind, id)).await.unwrap();
        (token.disabled_by.name.map(String::from), token.disabled_by.is_admin)
    };
    let (ada, ines) = (Some(app.admin.id()), Some(ines));
    let named = |name: &str, is_admin| (Some(name.to_owned()), is_admin);
    assert_eq!(set_disabled(true, ines, false).await, named("Ines Okafor", false));
    assert_eq!(set_disabled(true, ada, true).await, named("Ada Moreau", true));
    assert_eq!(set_disabled(true, ines, false).await, named("Ada Moreau", true));
    assert_eq!(set_disabled(true, None, true).await, (None, true), "the operator");
    assert_eq!(set_disabled(false, ines, false).await, (None, false));
}

#[tokio::test]
async fn what_would_be_one_too_many_for_its_owner_is_not_recorded() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", app::domain::Role::Member).await.id();
    let most = |name: &str, most| NewToken { most, ..new_token(&app, name, 5) };
    let first = most("First", Some(1));
    insert(&app, &first).await.unwrap();
    let hers = NewToken { owner: ines, ..new_token(&app, "Hers", 5) };
    insert(&app, &hers).await.unwrap();
    let before = app.fingerprint().await;
    assert!(matches!(insert(&app, &most("Second", Some(1))).await, Err(StoreError::OwnerFull { .. })));
    assert_eq!(app.fingerprint().await, before);
    insert(&app, &most("Second", Some(2))).await.unwrap();
}

#[tokio::test]
async fn nobody_who_has_ended_and_nobody_out_of_scope_gets_a_new_token() {
    let app = TestApp::new().await;
    let (admin, ines) = (&app.admin.caller, app.user("Ines Okafor", app::domain::Role::Member).await);
    let team = app.group("Platform").await;
    let runner = app.service_account("Runner", Some(team)).await;
    let made = async |name: &str, scope| {
        let new = NewToken { owner: runner, ..new_token(&app, name, 5) };
        app.store.insert_token(&new, scope, &event(EventKind::TokenCreated, new.id)).await
    };
    let hers = Scope::Owner(ines.id());
    app.join(team, ines.id(), true).await;
    let by_steward = made("By a steward", hers).await.unwrap();
    app.join(team, ines.id(), false).await;
    assert!(matches!(made("Late", hers).await, Err(StoreError::NoSuchAccount)));
    let by_admin = made("By an admin", Scope::Everybody).await.unwrap();
    app.service.set_account_disabled(admin, runner, true).await.unwrap();
    assert!(matches!(made("Asleep", Scope::Everybody).await, Err(StoreError::NoSuchAccount)));
    for token in [by_steward, by_admin] {
        app.service.delete_token(admin, token.id).await.unwrap();
    }
    app.service.set_account_disabled(admin, runner, false).await.unwrap();
    app.service.delete_account(admin, runner).await.unwrap();
    assert!(matches!(made("Gone", Scope::Everybody).await, Err(StoreError::NoSuchAccount)));
}
