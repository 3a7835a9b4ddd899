use crate::support::{TestApp, event};
use app::{
    domain::{EventKind, PersonForm, PersonId, PersonStatus, Role, Session, SessionId, Timestamp},
    service::{Clock, Key, NewIdentity, NewPerson, NewSession, SessionOrigin, StoreError},
};
use uuid::Uuid;

fn identity(app: &TestApp, subject: &str) -> NewIdentity {
    NewIdentity {
        issuer: "https://id.example.com".into(),
        subject: subject.into(),
        provider: "acme".into(),
        groups: vec!["staff".into()],
        at: app.clock.now(),
    }
}

fn newcomer(app: &TestApp) -> NewPerson {
    let form = PersonForm { name: "Noor".into(), email: "noor@example.com".into(), role: "member".into() };
    let id = PersonId::from_uuid(Uuid::now_v7());
    NewPerson { id, details: form.parse().unwrap(), password_hash: None, at: app.clock.now() }
}

#[tokio::test]
async fn an_account_is_one_persons_and_a_person_has_one_with_each_issuer() {
    let app = TestApp::new().await;
    let ines = app.user("Ines Okafor", Role::Member).await;
    let linked = event(EventKind::IdentityLinked, ines.id(), app.clock.now());
    let link =
        async |person, identity: &NewIdentity| app.store.link_identity(person, identity, &linked).await;
    link(ines.id(), &identity(&app, "1")).await.unwrap();
    let (last, other) = (app.last_line().await, app.admin.id());
    for (person, subject) in [(other, "1"), (ines.id(), "1"), (ines.id(), "2")] {
        let refused = link(person, &identity(&app, subject)).await;
        assert!(matches!(refused, Err(StoreError::DoneBefore)), "{refused:?}");
    }
    let elsewhere = NewIdentity { issuer: "https://other.example.com".into(), ..identity(&app, "1") };
    link(other, &elsewhere).await.unwrap();
    assert_eq!(app.last_line().await, last + 1, "what is refused leaves no line");
    let of = async |issuer: &str| app.store.person_of(issuer, "1").await.unwrap().map(|person| person.id);
    assert_eq!(of("https://id.example.com").await, Some(ines.id()));
    assert_eq!(of("https://other.example.com").await, Some(other));
    assert_eq!(of("https://id.example.com/").await, None);
    app.store.disable_person(ines.id(), &linked).await.unwrap();
    assert_eq!(of("https://id.example.com").await, Some(ines.id()));
    let refused =
        link(ines.id(), &NewIdentity { issuer: "https://third.example.com".into(), ..elsewhere }).await;
    assert!(matches!(refused, Err(StoreError::NoSuchPerson)), "{refused:?}");
}

#[tokio::test]
async fn somebody_who_came_through_a_provider_is_active_without_a_password() {
    let app = TestApp::new().await;
    let new = newcomer(&app);
    let joined = event(EventKind::PersonProvisioned, new.id, app.clock.now());
    let made = app.store.insert_provided(&new, &identity(&app, "1"), &joined).await.unwrap();
    assert_eq!((made.id, made.status), (new.id, PersonStatus::Active));
    // Neither a second person with the account nor one with the address, and nothing of either stays.
    let before = app.fingerprint().await;
    let second = NewPerson { id: PersonId::from_uuid(Uuid::now_v7()), ..newcomer(&app) };
    let taken = app.store.insert_provided(&second, &identity(&app, "2"), &joined).await;
    assert!(matches!(taken, Err(StoreError::EmailTaken)), "{taken:?}");
    let form = PersonForm { name: "Tomas".into(), email: "tomas@example.com".into(), role: "admin".into() };
    let third = NewPerson { details: form.parse().unwrap(), ..second };
    let taken = app.store.insert_provided(&third, &identity(&app, "1"), &joined).await;
    assert!(matches!(taken, Err(StoreError::DoneBefore)), "{taken:?}");
    assert_eq!(app.fingerprint().await, before);
    assert!(app.store.person_of("https://id.example.com", "2").await.unwrap().is_none());
}

#[tokio::test]
async fn an_account_says_when_it_was_used_and_which_groups_it_has_now() {
    let app = TestApp::new().await;
    let linked = event(EventKind::IdentityLinked, app.admin.id(), app.clock.now());
    app.store.link_identity(app.admin.id(), &identity(&app, "1"), &linked).await.unwrap();
    let made_at = app.clock.now();
    app.clock.forward(1_000);
    let used = NewIdentity { groups: vec!["a \"b\"".into(), "é".into()], ..identity(&app, "1") };
    app.store.touch_identity(&used).await.unwrap();
    let found = app.store.identities(app.admin.id()).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].groups.clone(), found[0].created_at), (used.groups, made_at));
    assert_eq!(found[0].last_used_at, app.clock.now());
}

#[tokio::test]
async fn a_sign_in_comes_back_once_until_it_is_over() {
    let app = TestApp::new().await;
    let (one, other) = (Key::generate().unwrap().digest(), Key::generate().unwrap().digest());
    let at = Timestamp::from_millis;
    app.store.finish_sign_in(&one, at(1_000), at(2_000)).await.unwrap();
    app.store.finish_sign_in(&other, at(1_000), at(2_000)).await.unwrap();
    let again = app.store.finish_sign_in(&one, at(1_999), at(3_000)).await;
    assert!(matches!(again, Err(StoreError::LinkEnded)), "{again:?}");
    app.store.finish_sign_in(&Key::generate().unwrap().digest(), at(2_000), at(3_000)).await.unwrap();
    assert_eq!(app.number("select count(*) from finished_sign_in").await, 1);
}

#[tokio::test]
async fn a_session_knows_the_provider_that_it_came_through() {
    let app = TestApp::new().await;
    let (person, at) = (app.admin.id(), app.clock.now());
    let begin = async |origin: Option<SessionOrigin>| {
        let id = SessionId::from_uuid(Uuid::now_v7());
        let (client, address) = (String::new(), String::new());
        let session = Session { id, created_at: at, last_seen_at: at, client, address };
        let [digest, browser] = [(); 2].map(|()| Key::generate().unwrap().digest());
        let new =
            NewSession { person, session, digest, password_hash: None, origin, replaces: None, browser };
        app.store.insert_session(&new, &event(EventKind::SignedIn, person, at)).await.unwrap();
        app.store.session_origin(id).await.unwrap()
    };
    assert_eq!(begin(None).await, None);
    for proved_at in [None, Some(at)] {
        let origin = Some(SessionOrigin { provider: "acme".into(), proved_at });
        assert_eq!(begin(origin.clone()).await, origin);
    }
}
