use crate::support::{TestApp, TestUser, event, form};
use app::{
    domain::{Event, EventKind, OwnedToken, Person, PersonId, Role, Standing, TokenId},
    service::{Clock, HandOver, Restanding, Revision, StoreError, TokenEffect},
};

const BOTH: [&str; 2] = ["projects:read", "tokenry.audit:read"];

pub const fn standing(role: Role, is_disabled: bool) -> Standing {
    Standing { role, is_disabled }
}

/// The change of standing of a person without tokens.
pub fn becomes(person: PersonId, before: Standing, after: Standing) -> Restanding {
    Restanding { person, before, after, tokens: Vec::new() }
}

/// Leaves this token as it is.
pub fn untouched(token: &OwnedToken) -> TokenEffect {
    TokenEffect { id: token.id, version: token.version, dropped: Default::default(), disables: false }
}

/// Disables this token and drops all of Tokenry's own permissions.
fn touched(token: &OwnedToken) -> TokenEffect {
    TokenEffect { dropped: token.permissions.own(), disables: true, ..untouched(token) }
}

async fn make(app: &TestApp, user: &TestUser, name: &str) -> TokenId {
    app.clock.forward(1);
    app.service.create_token(&user.caller, &form(name, &BOTH)).await.unwrap().token.id
}

async fn owned(app: &TestApp, user: &TestUser) -> Vec<OwnedToken> {
    app.store.owned_tokens(user.id()).await.unwrap()
}

fn line(app: &TestApp, kind: EventKind, person: PersonId) -> Event {
    event(kind, person, app.clock.now())
}

/// Two admins; the first has two tokens.
async fn two_admins() -> (TestApp, TestUser, TestUser) {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Admin).await;
    let otto = app.user("Otto Brandt", Role::Admin).await;
    for name in ["Deploy", "Backup"] {
        make(&app, &ines, name).await;
    }
    (app, ines, otto)
}

fn given(from: &TestUser, to: &TestUser, tokens: Vec<TokenEffect>, are_all: bool) -> HandOver {
    let admin = standing(Role::Admin, false);
    HandOver { from: (from.id(), admin), to: (to.id(), admin), tokens, are_all, most: None }
}

async fn hand_over(app: &TestApp, what: &HandOver) -> Result<u64, StoreError> {
    app.store.hand_over(what, &line(app, EventKind::TokensHandedOver, what.from.0)).await
}

async fn change(app: &TestApp, change: &Restanding) -> Result<Person, StoreError> {
    app.store.change_standing(change, &line(app, EventKind::RoleChanged, change.person)).await
}

#[tokio::test]
async fn the_live_tokens_of_somebody_are_read_by_name() {
    let (app, ines, otto) = two_admins().await;
    let gone = make(&app, &ines, "Gone").await;
    app.service.delete_token(&ines.caller, gone).await.unwrap();
    make(&app, &otto, "His").await;
    let tokens = owned(&app, &ines).await;
    let names: Vec<&str> = tokens.iter().map(|token| token.name.as_str()).collect();
    assert_eq!(names, ["Backup", "Deploy"]);
    for token in tokens {
        let whole = app.service.token(&ines.caller, token.id).await.unwrap();
        assert_eq!(token, OwnedToken::of(&whole));
    }
}

#[tokio::test]
async fn tokens_change_hands_with_what_becomes_of_them_and_everybody_learns_of_it() {
    let (app, ines, otto) = two_admins().await;
    let before = owned(&app, &ines).await;
    let revision = app.store.changes(Revision::default()).await.unwrap().revision;
    let tokens = vec![touched(&before[0]), untouched(&before[1])];
    assert_eq!(hand_over(&app, &given(&ines, &otto, tokens, true)).await.unwrap(), 2);
    let after = owned(&app, &otto).await;
    assert_eq!((after[0].permissions.to_line(), after[0].is_disabled), ("projects:read".to_owned(), true));
    assert_eq!((&after[1].permissions, after[1].is_disabled), (&before[1].permissions, false));
    assert_eq!([after[0].version, after[1].version], [2, 2]);
    assert_eq!(app.number("select cast(sum(permission_count) as bigint) from token").await, 3);
    let mut told = app.store.changes(revision).await.unwrap().secrets;
    told.sort_by_key(|digest| *digest.as_bytes());
    told.dedup();
    assert_eq!(told.len(), 2);
}

#[tokio::test]
async fn what_was_decided_about_something_else_does_not_happen() {
    let (app, ines, otto) = two_admins().await;
    let tokens = owned(&app, &ines).await;
    let all: Vec<TokenEffect> = tokens.iter().map(untouched).collect();
    let before = app.fingerprint().await;
    let whole = given(&ines, &otto, all.clone(), true);
    let member = standing(Role::Member, false);
    let older = TokenEffect { version: 0, ..all[1].clone() };
    for what in [
        HandOver { from: (ines.id(), member), ..whole.clone() },
        HandOver { to: (otto.id(), member), ..whole.clone() },
        HandOver { tokens: all[..1].to_vec(), ..whole.clone() },
        HandOver { tokens: vec![all[0].clone(), older], ..whole.clone() },
        HandOver { tokens: [&all[..], &all[..1]].concat(), ..whole.clone() },
    ] {
        let answer = hand_over(&app, &what).await;
        assert!(matches!(answer, Err(StoreError::Outdated)), "{answer:?}");
    }
    let admin = standing(Role::Admin, false);
    for (is, tokens) in
        [(member, all.clone()), (standing(Role::Admin, true), all.clone()), (admin, all[..1].to_vec())]
    {
        let what = Restanding { person: ines.id(), before: is, after: member, tokens };
        assert!(matches!(change(&app, &what).await, Err(StoreError::Outdated)));
    }
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(hand_over(&app, &whole).await.unwrap(), 2);
}

#[tokio::test]
async fn another_version_than_the_one_that_was_seen_is_not_handed_over() {
    let (app, ines, otto) = two_admins().await;
    let token = owned(&app, &ines).await.remove(0);
    let seen = given(&ines, &otto, vec![untouched(&token)], false);
    app.service.set_disabled(&ines.caller, token.id, None, true).await.unwrap();
    let stored = app.service.token(&ines.caller, token.id).await.unwrap();
    let before = app.fingerprint().await;
    let error = hand_over(&app, &seen).await.unwrap_err();
    assert!(matches!(&error, StoreError::VersionConflict(c) if **c == stored), "{error:?}");
    assert_eq!(app.fingerprint().await, before);
    let now = given(&ines, &otto, vec![TokenEffect { version: 2, ..untouched(&token) }], false);
    assert_eq!(hand_over(&app, &now).await.unwrap(), 1);
    assert!(matches!(hand_over(&app, &now).await, Err(StoreError::NotFound)), "it is hers no more");
    app.service.delete_token(&otto.caller, token.id).await.unwrap();
    assert!(matches!(hand_over(&app, &now).await, Err(StoreError::NotFound)));
}

#[tokio::test]
async fn who_cannot_have_tokens_by_now_gets_none_and_a_name_that_collides_keeps_all() {
    let (app, ines, otto) = two_admins().await;
    let tokens: Vec<TokenEffect> = owned(&app, &ines).await.iter().map(untouched).collect();
    make(&app, &otto, "BACKUP").await;
    let before = app.fingerprint().await;
    let collides = hand_over(&app, &given(&ines, &otto, tokens.clone(), true)).await;
    assert!(
        matches!(&collides, Err(StoreError::NamesCollide { name, .. }) if name == "Backup"),
        "{collides:?}"
    );
    assert_eq!(app.fingerprint().await, before);
    app.run("update person set disabled_at = 1 where email like 'otto%'").await;
    let answer = hand_over(&app, &given(&ines, &otto, tokens.clone(), true)).await;
    assert!(matches!(answer, Err(StoreError::NoSuchPerson)), "{answer:?}");
    app.run("update person set disabled_at = null, role = 'viewer' where email like 'otto%'").await;
    let answer = hand_over(&app, &given(&ines, &otto, tokens, true)).await;
    assert!(matches!(answer, Err(StoreError::NoSuchPerson)), "{answer:?}");
}

#[tokio::test]
async fn a_standing_changes_with_what_becomes_of_the_tokens_and_no_other_version_does() {
    let (app, ines, _) = two_admins().await;
    let before = owned(&app, &ines).await;
    let tokens = vec![untouched(&before[0]), touched(&before[1])];
    let (admin, gone) = (standing(Role::Admin, false), standing(Role::Member, true));
    app.run("update person set disabled_at = 7 where email like 'ines%'").await;
    let what = Restanding { person: ines.id(), before: standing(Role::Admin, true), after: gone, tokens };
    let person = change(&app, &what).await.unwrap();
    assert_eq!(Standing::of(&person), gone);
    assert_eq!(app.number("select disabled_at from person where email like 'ines%'").await, 7);
    let after = owned(&app, &ines).await;
    assert_eq!(after[0], before[0]);
    assert_eq!((after[1].version, after[1].is_disabled), (2, true));
    assert_eq!(after[1].permissions.to_line(), "projects:read");
    let tokens = after.iter().map(touched).collect();
    change(&app, &Restanding { person: ines.id(), before: gone, after: admin, tokens }).await.unwrap();
    assert_eq!(Standing::of(&app.store.person(ines.id()).await.unwrap()), admin);
}

#[tokio::test]
async fn nothing_of_it_happens_without_its_event() {
    let (app, ines, otto) = two_admins().await;
    let tokens: Vec<TokenEffect> = owned(&app, &ines).await.iter().map(touched).collect();
    app.refuse_inserts("event").await;
    let before = app.fingerprint().await;
    let answer = hand_over(&app, &given(&ines, &otto, tokens.clone(), true)).await;
    assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    let (is, becomes) = (standing(Role::Admin, false), standing(Role::Member, false));
    let answer = change(&app, &Restanding { person: ines.id(), before: is, after: becomes, tokens }).await;
    assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn who_would_have_too_many_is_given_none() {
    let (app, ines, otto) = two_admins().await;
    let tokens: Vec<TokenEffect> = owned(&app, &ines).await.iter().map(untouched).collect();
    let before = app.fingerprint().await;
    let refused =
        hand_over(&app, &HandOver { most: Some(1), ..given(&ines, &otto, tokens.clone(), true) }).await;
    assert!(matches!(refused, Err(StoreError::OwnerFull { owner, most: 1 }) if owner == "Otto Brandt"));
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(
        hand_over(&app, &HandOver { most: Some(2), ..given(&ines, &otto, tokens, true) }).await.unwrap(),
        2
    );
}
