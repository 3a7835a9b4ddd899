use crate::support::{Empty, TestApp, TestUser, event};
use app::{
    domain::{Event, EventKind, PersonForm, PersonId, PersonStatus, Role, Timestamp},
    service::{Key, KeyDigest, Link, NewLink, NewPerson, StoreError},
};
use uuid::Uuid;

fn digest() -> KeyDigest {
    Key::generate().unwrap().digest()
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn link_for(person: PersonId, ends_at: i64) -> NewLink {
    NewLink { digest: digest(), person, ends_at: at(ends_at) }
}

fn new_person(email: &str, role: Role) -> NewPerson {
    let form = PersonForm { name: "Noor".into(), email: email.into(), role: role.to_string() };
    let id = PersonId::from_uuid(Uuid::now_v7());
    NewPerson { id, details: form.parse().unwrap(), password_hash: None, at: at(50) }
}

/// An event without an actor, as for something done at the machine itself.
fn done(kind: EventKind, person: PersonId, millis: i64) -> Event {
    Event { actor: None, ..event(kind, person, at(millis)) }
}

async fn insert(app: &TestApp, link: &NewLink) {
    let event = done(EventKind::LinkMade, link.person, 5);
    app.store.insert_link(link, &event).await.unwrap();
}

async fn spend(app: &TestApp, digest: &KeyDigest, millis: i64) -> Result<(), StoreError> {
    let event = done(EventKind::PersonJoined, app.admin.id(), millis);
    app.store.spend_link(digest, "a new hash", &event).await
}

async fn ines(app: &TestApp) -> TestUser {
    app.user("Ines Okafor", Role::Member).await
}

#[tokio::test]
async fn a_link_works_for_its_person_until_its_time_is_over() {
    let app = TestApp::new().await;
    let person = ines(&app).await.id();
    let link = link_for(person, 100);
    insert(&app, &link).await;
    match app.store.link(&link.digest, at(99)).await.unwrap() {
        Some(Link::Password(found)) => assert_eq!(found.id, person),
        other => panic!("{other:?}"),
    }
    assert!(app.store.link(&link.digest, at(100)).await.unwrap().is_none());
    assert!(app.store.link(&digest(), at(1)).await.unwrap().is_none());
}

#[tokio::test]
async fn the_last_link_that_was_made_for_somebody_is_told_with_who_made_it() {
    let app = TestApp::new().await;
    let (ines, vera) = (ines(&app).await.id(), app.user("Vera Lind", Role::Admin).await.id());
    let made = async |since| app.store.link_made_for(ines, at(since)).await.unwrap();
    assert_eq!(made(0).await, None);
    for (event, name) in [
        (Event { actor: Some(vera), ..done(EventKind::LinkMade, ines, 100) }, Some("Vera Lind")),
        (done(EventKind::LinkMade, ines, 200), None),
    ] {
        app.store.insert_link(&link_for(ines, 900), &event).await.unwrap();
        let told = made(event.at.as_millis()).await.expect("it was made at that moment");
        assert_eq!((told.at, told.by.as_deref()), (event.at, name));
    }
    assert_eq!(made(201).await, None);
    assert_eq!(app.store.link_made_for(vera, at(0)).await.unwrap(), None, "it was not made for her");
}

#[tokio::test]
async fn a_link_does_not_work_for_somebody_who_is_disabled_even_if_its_row_is_there() {
    let app = TestApp::new().await;
    let link = link_for(ines(&app).await.id(), 100);
    insert(&app, &link).await;
    app.run("update person set disabled_at = 1 where email like 'ines%'").await;
    assert!(app.store.link(&link.digest, at(1)).await.unwrap().is_none());
    assert!(matches!(spend(&app, &link.digest, 1).await, Err(StoreError::LinkEnded)));
}

#[tokio::test]
async fn a_set_up_link_works_as_long_as_there_is_nobody() {
    let app = Empty::new().await;
    let (first, second) = (digest(), digest());
    app.store.replace_setup_link(&first, at(100)).await.unwrap();
    assert!(matches!(app.store.link(&first, at(99)).await.unwrap(), Some(Link::Setup)));
    assert!(app.store.link(&first, at(100)).await.unwrap().is_none());
    app.store.replace_setup_link(&second, at(200)).await.unwrap();
    assert!(app.store.link(&first, at(1)).await.unwrap().is_none(), "there is only one");
    let ada = new_person("ada@example.com", Role::Admin);
    app.store.insert_person(&ada, &done(EventKind::PersonAdded, ada.id, 50)).await.unwrap();
    assert!(app.store.link(&second, at(1)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_new_link_ends_those_that_its_person_had_before() {
    let app = TestApp::new().await;
    let person = ines(&app).await.id();
    let (first, second, other) =
        (link_for(person, 100), link_for(person, 100), link_for(app.admin.id(), 100));
    for link in [&other, &first, &second] {
        insert(&app, link).await;
    }
    assert!(app.store.link(&first.digest, at(1)).await.unwrap().is_none());
    assert!(app.store.link(&second.digest, at(1)).await.unwrap().is_some());
    assert!(app.store.link(&other.digest, at(1)).await.unwrap().is_some(), "other people keep theirs");
}

#[tokio::test]
async fn an_invitation_is_recorded_with_its_link_or_not_at_all() {
    let app = TestApp::new().await;
    let invite = async |email| {
        let person = new_person(email, Role::Member);
        let link = link_for(person.id, 100);
        let event = done(EventKind::PersonInvited, person.id, 5);
        (app.store.insert_invitation(&person, &link, &event).await, link)
    };
    let (made, link) = invite("noor@example.com").await;
    assert_eq!(made.unwrap().status, PersonStatus::Invited);
    assert!(app.store.link(&link.digest, at(1)).await.unwrap().is_some());
    let before = app.fingerprint().await;
    let (refused, link) = invite("ADA@example.com").await;
    assert!(matches!(refused, Err(StoreError::EmailTaken)));
    assert!(app.store.link(&link.digest, at(1)).await.unwrap().is_none());
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn finishing_the_set_up_uses_its_link_up() {
    let app = Empty::new().await;
    let link = digest();
    let finish = async |link: &KeyDigest, email, millis| {
        let first = NewPerson { at: at(millis), ..new_person(email, Role::Admin) };
        let event = done(EventKind::SetupFinished, first.id, millis);
        app.store.finish_setup(link, &first, &event).await
    };
    app.store.replace_setup_link(&link, at(100)).await.unwrap();
    assert!(matches!(finish(&digest(), "ada@example.com", 1).await, Err(StoreError::LinkEnded)));
    assert!(matches!(finish(&link, "ada@example.com", 100).await, Err(StoreError::LinkEnded)));
    assert!(!app.store.has_people().await.unwrap());
    assert_eq!(finish(&link, "ada@example.com", 99).await.unwrap().role, Role::Admin);
    assert!(matches!(finish(&link, "eve@example.com", 99).await, Err(StoreError::LinkEnded)));
    // A set-up link made although there are people works no better.
    app.store.replace_setup_link(&link, at(100)).await.unwrap();
    assert!(matches!(finish(&link, "eve@example.com", 1).await, Err(StoreError::LinkEnded)));
}

#[tokio::test]
async fn a_password_link_finishes_no_set_up_and_a_set_up_link_sets_no_password() {
    let app = TestApp::new().await;
    let link = link_for(ines(&app).await.id(), 100);
    insert(&app, &link).await;
    let setup = digest();
    app.store.replace_setup_link(&setup, at(100)).await.unwrap();
    let before = app.fingerprint().await;
    let eve = new_person("eve@example.com", Role::Admin);
    let event = done(EventKind::SetupFinished, eve.id, 1);
    assert!(matches!(app.store.finish_setup(&link.digest, &eve, &event).await, Err(StoreError::LinkEnded)));
    assert!(matches!(spend(&app, &setup, 1).await, Err(StoreError::LinkEnded)));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_link_that_is_used_up_leaves_a_password_and_no_session() {
    let app = TestApp::new().await;
    let user = ines(&app).await;
    let link = link_for(user.id(), 100);
    insert(&app, &link).await;
    assert!(matches!(spend(&app, &link.digest, 100).await, Err(StoreError::LinkEnded)));
    spend(&app, &link.digest, 99).await.unwrap();
    let found = app.store.credentials("ines@example.com").await.unwrap().unwrap();
    assert_eq!(found.password_hash.as_deref(), Some("a new hash"));
    assert!(app.store.sessions(user.id()).await.unwrap().is_empty());
    assert!(app.store.link(&link.digest, at(1)).await.unwrap().is_none());
    assert!(matches!(spend(&app, &link.digest, 1).await, Err(StoreError::LinkEnded)));
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_wins() {
    for _ in 0..10 {
        let app = TestApp::new().await;
        let link = link_for(ines(&app).await.id(), 100);
        insert(&app, &link).await;
        let (one, two) = tokio::join!(spend(&app, &link.digest, 1), spend(&app, &link.digest, 1));
        assert_eq!([one, two].iter().filter(|answer| answer.is_ok()).count(), 1);
    }
}

#[tokio::test]
async fn no_link_is_made_or_used_without_its_event() {
    let app = TestApp::new().await;
    let person = ines(&app).await.id();
    let link = link_for(person, 100);
    insert(&app, &link).await;
    app.refuse_inserts("event").await;
    let before = app.fingerprint().await;
    let event = done(EventKind::LinkMade, person, 5);
    let noor = new_person("noor@example.com", Role::Member);
    for answer in [
        app.store.insert_link(&link_for(person, 100), &event).await,
        app.store.insert_invitation(&noor, &link_for(noor.id, 100), &event).await.map(drop),
        spend(&app, &link.digest, 1).await,
    ] {
        assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}
