use crate::support::{TestApp, event, form};
use app::{
    domain::{
        Cursor, DeletedToken, Event, EventKind, Overlap, Page, PersonId, Role, Scope, Secret, SecretPrefix,
        Timestamp, Token, TokenForm, TokenId, TokenName,
    },
    service::{Clock, KeyDigest, Restoration, StoreError},
};
use uuid::Uuid;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn secret() -> Secret {
    let mut random = [0; 64];
    getrandom::fill(&mut random).unwrap();
    Secret::from_random(&SecretPrefix::default(), &random).unwrap()
}

/// Deletes a token of the admin's, a millisecond after everything before.
async fn delete(app: &TestApp, id: TokenId) -> Timestamp {
    app.clock.forward(1);
    app.service.delete_token(&app.admin.caller, id).await.unwrap();
    app.clock.now()
}

async fn deleted(app: &TestApp, name: &str) -> (TokenId, Timestamp) {
    let id = app.create(name).await.token.id;
    (id, delete(app, id).await)
}

async fn page(app: &TestApp, scope: Scope, since: i64, cursor: &Cursor, limit: u32) -> Page<DeletedToken> {
    app.store.deleted_tokens(scope, at(since), cursor, limit).await.unwrap()
}

fn names(page: &Page<DeletedToken>) -> Vec<String> {
    page.items.iter().map(|deleted| deleted.token.name.as_str().to_owned()).collect()
}

async fn names_since(app: &TestApp, scope: Scope, since: i64) -> Vec<String> {
    names(&page(app, scope, since, &Cursor::start(), 10).await)
}

fn line(app: &TestApp, id: TokenId) -> Event {
    Event { token: Some(id), ..event(EventKind::TokenRestored, app.admin.id(), app.clock.now()) }
}

async fn restore(
    app: &TestApp,
    id: TokenId,
    scope: Scope,
    since: i64,
    name: &str,
) -> Result<Token, StoreError> {
    let secret = secret();
    let token = match app.store.deleted_token(id, Scope::Everybody).await {
        Ok(deleted) => Ok(deleted.token),
        Err(_) => app.store.token(id, Scope::Everybody).await,
    };
    let (version, permissions, expires_at) =
        token.map(|token| (token.version, token.permissions, token.expires_at)).unwrap_or_default();
    let restoration = Restoration {
        id,
        scope,
        since: at(since),
        version,
        permissions,
        expires_at,
        most: None,
        name: TokenName::parse(name).unwrap(),
        name_key: name.to_lowercase(),
        digest: KeyDigest::of(secret.expose_bytes()),
        hint: secret.hint(),
        at: app.clock.now(),
    };
    app.store.restore_token(&restoration, &line(app, id)).await
}

fn nobodys() -> Scope {
    Scope::Owner(PersonId::from_uuid(Uuid::now_v7()))
}

#[tokio::test]
async fn deleted_tokens_are_listed_from_a_moment_on_the_last_first_and_in_their_scope() {
    let app = TestApp::new().await;
    let (_, first) = deleted(&app, "First").await;
    deleted(&app, "Second").await;
    app.create("Live").await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let hers = app.service.create_token(&ines.caller, &form("Hers", &["projects:read"])).await.unwrap();
    delete(&app, hers.token.id).await;
    assert_eq!(names_since(&app, Scope::Everybody, 0).await, ["Hers", "Second", "First"]);
    assert_eq!(names_since(&app, Scope::Owner(app.admin.id()), 0).await, ["Second", "First"]);
    assert_eq!(names_since(&app, Scope::Owner(ines.id()), 0).await, ["Hers"]);
    assert!(names_since(&app, nobodys(), 0).await.is_empty());
    let since = first.as_millis();
    assert_eq!(names_since(&app, Scope::Everybody, since).await, ["Hers", "Second"], "not of that moment");
    assert_eq!(names_since(&app, Scope::Everybody, since - 1).await, ["Hers", "Second", "First"]);
}

#[tokio::test]
async fn pages_of_deleted_tokens_show_each_once_and_lead_back_while_some_come_and_go() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for n in 0..11 {
        ids.push(app.create(&format!("Token {n}")).await.token.id);
    }
    for id in &ids {
        // All in the same millisecond, so that the id decides their order.
        app.service.delete_token(&app.admin.caller, *id).await.unwrap();
    }
    for scope in [Scope::Everybody, Scope::Owner(app.admin.id())] {
        let (mut cursor, mut seen, mut pages) = (Some(Cursor::start()), Vec::new(), Vec::new());
        while let Some(from) = cursor {
            let next = page(&app, scope, 0, &from, 4).await;
            seen.extend(next.items.iter().map(|deleted| (deleted.deleted_at, deleted.token.id.as_uuid())));
            cursor = next.next.clone();
            pages.push(next);
        }
        assert_eq!(pages.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [4, 4, 3]);
        assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
        let back = page(&app, scope, 0, &pages[1].previous.clone().unwrap(), 4).await;
        assert_eq!(names(&back), names(&pages[0]));
    }
    let first = page(&app, Scope::Everybody, 0, &Cursor::start(), 4).await;
    deleted(&app, "Brand new").await;
    let last = first.items[3].clone();
    restore(&app, last.token.id, Scope::Everybody, 0, last.token.name.as_str()).await.unwrap();
    let rest = page(&app, Scope::Everybody, 0, &first.next.unwrap(), 20).await;
    assert_eq!(rest.items.len(), 7, "none is missed, and none is shown again");
}

#[tokio::test]
async fn a_deleted_token_is_found_as_it_was_and_a_live_one_or_none_is_not() {
    let app = TestApp::new().await;
    let live = app.create("Live").await.token.id;
    let made = app.create("Billing sync").await.token;
    let when = delete(&app, made.id).await;
    let find = async |id, scope| app.store.deleted_token(id, scope).await;
    let found = find(made.id, Scope::Everybody).await.unwrap();
    assert_eq!((found.deleted_at, found.is_name_taken), (when, false));
    let kept = |token: &Token| (token.name.clone(), token.permissions.clone(), token.secret_hint.clone());
    assert_eq!(kept(&found.token), kept(&made));
    app.create("billing SYNC").await;
    assert!(find(made.id, Scope::Owner(app.admin.id())).await.unwrap().is_name_taken);
    for (id, scope) in [
        (live, Scope::Everybody),
        (TokenId::from_uuid(Uuid::now_v7()), Scope::Everybody),
        (made.id, nobodys()),
    ] {
        assert!(matches!(find(id, scope).await, Err(StoreError::NotFound)));
    }
}

#[tokio::test]
async fn a_token_comes_back_with_all_that_it_had_and_one_new_secret() {
    let app = TestApp::new().await;
    let limits = TokenForm {
        description: "What for".into(),
        expires_at: Some("2027-02-21".into()),
        allowed_addresses: Some("10.0.0.0/8".into()),
        rate_requests: Some("5".into()),
        rate_seconds: Some("60".into()),
        ..form("Billing sync", &["projects:read", "billing:write"])
    };
    let made = app.made(&limits).await.token;
    // Two of the token's secrets work when it is deleted.
    app.service.rotate_token(&app.admin.caller, made.id, None, Overlap::of_seconds(3_600)).await.unwrap();
    let before = app.store.token(made.id, Scope::Everybody).await.unwrap();
    delete(&app, made.id).await;
    app.clock.forward(1);
    let back = restore(&app, made.id, Scope::Everybody, 0, "Ledger sync").await.unwrap();
    assert_eq!(app.store.token(made.id, Scope::Everybody).await.unwrap(), back);
    let expected = Token {
        name: TokenName::parse("Ledger sync").unwrap(),
        version: before.version + 2,
        rotating_until: None,
        updated_at: back.updated_at,
        secret_hint: back.secret_hint.clone(),
        ..before
    };
    assert_eq!(back, expected);
    assert_eq!(back.updated_at, app.clock.now());
    assert_eq!(app.number("select count(*) from secret where revoked_at is null and is_current").await, 1);
    assert_eq!(app.number("select count(*) from secret where revoked_at is null or is_current").await, 1);
    assert_eq!(app.number("select count(*) from secret where revoked_at is not null").await, 2);
}

#[tokio::test]
async fn what_is_live_too_old_or_out_of_scope_is_not_brought_back() {
    let app = TestApp::new().await;
    let live = app.create("Live").await.token.id;
    let (gone, when) = deleted(&app, "Gone").await;
    let before = app.fingerprint().await;
    for (id, scope, since) in [
        (live, Scope::Everybody, 0),
        (gone, nobodys(), 0),
        (gone, Scope::Everybody, when.as_millis()),
        (TokenId::from_uuid(Uuid::now_v7()), Scope::Everybody, 0),
    ] {
        assert!(matches!(restore(&app, id, scope, since, "Gone").await, Err(StoreError::NotFound)));
    }
    assert_eq!(app.fingerprint().await, before);
    assert!(restore(&app, gone, Scope::Everybody, when.as_millis() - 1, "Gone").await.is_ok());
    assert!(matches!(restore(&app, gone, Scope::Everybody, 0, "Gone").await, Err(StoreError::NotFound)));
}

#[tokio::test]
async fn a_name_that_a_live_token_of_the_same_owner_has_by_now_is_refused() {
    let app = TestApp::new().await;
    let (gone, _) = deleted(&app, "Billing sync").await;
    app.create("Billing sync").await;
    let before = app.fingerprint().await;
    let taken = restore(&app, gone, Scope::Everybody, 0, "billing SYNC").await;
    assert!(matches!(taken, Err(StoreError::NameTaken)));
    assert_eq!(app.fingerprint().await, before);
    assert!(restore(&app, gone, Scope::Everybody, 0, "Billing sync 2").await.is_ok());
}

#[tokio::test]
async fn of_many_who_bring_a_token_back_at_once_exactly_one_does() {
    let app = TestApp::new().await;
    let (gone, _) = deleted(&app, "Gone").await;
    let all =
        futures_util::future::join_all((0..10).map(|_| restore(&app, gone, Scope::Everybody, 0, "Gone")));
    assert_eq!(all.await.iter().filter(|done| done.is_ok()).count(), 1);
    assert_eq!(app.number("select count(*) from event where kind = 'token.restored'").await, 1);
}

#[tokio::test]
async fn a_return_whose_event_cannot_be_written_does_not_happen() {
    let app = TestApp::new().await;
    let (gone, _) = deleted(&app, "Gone").await;
    app.refuse_inserts("event").await;
    let before = app.fingerprint().await;
    assert!(matches!(restore(&app, gone, Scope::Everybody, 0, "Gone").await, Err(StoreError::Failed(_))));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn what_was_deleted_between_two_moments_is_named_the_last_first() {
    let app = TestApp::new().await;
    let (mut moments, all) = (Vec::new(), ["First", "Second", "Third"]);
    for name in all {
        moments.push(deleted(&app, name).await.1);
    }
    let between = async |after: Timestamp, until: Timestamp, limit| {
        let found = app.store.deleted_between(after, until, limit).await.unwrap();
        found.into_iter().map(|holder| String::from(holder.name)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(between(at(0), moments[2], 10).await, "Third, Second, First");
    assert_eq!(between(at(0), moments[2], 2).await, "Third, Second");
    assert_eq!(between(moments[0], moments[1], 10).await, "Second");
    assert_eq!(between(moments[2], at(i64::MAX), 10).await, "");
}

#[tokio::test]
async fn what_comes_back_has_what_it_is_given_and_only_as_it_was_seen_and_where_there_is_room() {
    let app = TestApp::new().await;
    let limits = TokenForm {
        expires_at: Some("2027-02-21".into()),
        ..form("Billing sync", &["projects:read", "billing:write"])
    };
    let id = app.made(&limits).await.token.id;
    delete(&app, id).await;
    app.create("Another").await;
    let (before, secret) = (app.fingerprint().await, secret());
    let restoration = Restoration {
        id,
        scope: Scope::Everybody,
        since: at(0),
        version: 2,
        permissions: "projects:read".parse().into_iter().collect(),
        expires_at: None,
        most: Some(2),
        name: TokenName::parse("Billing sync").unwrap(),
        name_key: "billing sync".into(),
        digest: KeyDigest::of(secret.expose_bytes()),
        hint: secret.hint(),
        at: app.clock.now(),
    };
    let older = Restoration { version: 1, ..restoration.clone() };
    let full = Restoration { most: Some(1), ..restoration.clone() };
    let event = line(&app, id);
    assert!(matches!(app.store.restore_token(&older, &event).await, Err(StoreError::NotFound)));
    let refused = app.store.restore_token(&full, &event).await;
    assert!(matches!(&refused, Err(StoreError::OwnerFull { owner, most: 1 }) if owner == "Ada Moreau"));
    assert_eq!(app.fingerprint().await, before);
    let back = app.store.restore_token(&restoration, &event).await.unwrap();
    assert_eq!((back.permissions.to_line().as_str(), back.expires_at), ("projects:read", None));
    assert_eq!(app.number("select permission_count from token where name = 'Billing sync'").await, 1);
}
