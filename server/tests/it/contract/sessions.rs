use crate::support::{TestApp, TestUser, event, password_hash};
use app::{
    domain::{
        Event, EventKind, KNOWN_BROWSER_MS, PersonId, Role, SESSION_IDLE_MS, SESSION_MS, SESSIONS_MAX,
        Session, SessionId, Timestamp,
    },
    service::{Key, KeyDigest, NewSession, StoreError},
};
use uuid::Uuid;

/// Far enough from zero to leave room for earlier times.
const NOW: i64 = 400 * 24 * 60 * 60 * 1_000;

fn digest() -> KeyDigest {
    Key::generate().unwrap().digest()
}

fn new_session(person: PersonId, at: i64) -> NewSession {
    let session = Session {
        id: SessionId::from_uuid(Uuid::now_v7()),
        created_at: Timestamp::from_millis(at),
        last_seen_at: Timestamp::from_millis(at),
        client: "Firefox/140".into(),
        address: "192.0.2.1".into(),
    };
    let (digest, browser, password_hash) = (digest(), digest(), Some(password_hash()));
    NewSession { person, session, digest, password_hash, origin: None, replaces: None, browser }
}

fn signed_in(person: PersonId) -> Event {
    event(EventKind::SignedIn, person, Timestamp::from_millis(NOW))
}

async fn begin(app: &TestApp, new: &NewSession) -> Result<(), StoreError> {
    app.store.insert_session(new, &signed_in(app.admin.id())).await
}

/// A member whose only sessions are those of the test.
async fn somebody(app: &TestApp) -> TestUser {
    let user = app.user("Ines Okafor", Role::Member).await;
    app.store.end_sessions(user.id(), None, &signed_in(user.id())).await.unwrap();
    user
}

async fn ids(app: &TestApp, person: PersonId) -> Vec<SessionId> {
    app.store.sessions(person).await.unwrap().iter().map(|session| session.id).collect()
}

#[tokio::test]
async fn a_session_is_found_by_its_key_and_by_no_other() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let new = new_session(person, NOW);
    begin(&app, &new).await.unwrap();
    let (session, whose) = app.store.session(&new.digest).await.unwrap().unwrap();
    assert_eq!((session, whose.id), (new.session, person));
    assert!(app.store.session(&digest()).await.unwrap().is_none());
    assert!(app.store.session(&new.browser).await.unwrap().is_none());
}

#[tokio::test]
async fn what_the_browser_had_before_ends_with_the_new_session() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let (first, other) = (new_session(person, NOW), new_session(person, NOW));
    begin(&app, &first).await.unwrap();
    begin(&app, &other).await.unwrap();
    let second = NewSession { replaces: Some(first.digest), ..new_session(person, NOW + 1) };
    begin(&app, &second).await.unwrap();
    assert!(app.store.session(&first.digest).await.unwrap().is_none());
    assert_eq!(ids(&app, person).await, [second.session.id, other.session.id]);
}

#[tokio::test]
async fn sessions_and_browsers_that_are_over_are_forgotten_with_the_next_sign_in() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let (old, idle, alive) = (
        new_session(person, NOW - SESSION_MS),
        new_session(person, NOW - SESSION_IDLE_MS),
        new_session(person, NOW - 5),
    );
    for new in [&old, &idle, &alive] {
        begin(&app, new).await.unwrap();
    }
    app.store.touch_session(old.session.id, Timestamp::from_millis(NOW - 1)).await.unwrap();
    let newest = new_session(person, NOW);
    begin(&app, &newest).await.unwrap();
    assert_eq!(ids(&app, person).await, [newest.session.id, alive.session.id]);

    let knows = async |new: &NewSession| {
        let ever = Timestamp::from_millis(0);
        app.store.knows_browser(person, &new.browser, ever).await.unwrap()
    };
    assert!(knows(&old).await && knows(&alive).await);
    let next = new_session(person, NOW - SESSION_MS + KNOWN_BROWSER_MS);
    begin(&app, &next).await.unwrap();
    assert!(!knows(&old).await && knows(&alive).await);
}

#[tokio::test]
async fn beyond_the_limit_the_session_that_was_used_longest_ago_ends() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let mut all = Vec::new();
    for i in 0..i64::from(SESSIONS_MAX) {
        let new = new_session(person, NOW + i);
        begin(&app, &new).await.unwrap();
        all.push(new.session.id);
    }
    app.store.touch_session(all[0], Timestamp::from_millis(NOW + 1_000)).await.unwrap();
    begin(&app, &new_session(person, NOW + 1_001)).await.unwrap();
    let left = ids(&app, person).await;
    assert_eq!(left.len(), SESSIONS_MAX as usize);
    assert!(left.contains(&all[0]) && !left.contains(&all[1]));
    assert_eq!(ids(&app, app.admin.id()).await.len(), 1, "others keep theirs");
}

#[tokio::test]
async fn a_password_that_was_changed_meanwhile_begins_no_session() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let before = app.fingerprint().await;
    let late = NewSession { password_hash: Some("another hash".into()), ..new_session(person, NOW) };
    assert!(matches!(begin(&app, &late).await, Err(StoreError::NoSuchPerson)));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn who_may_not_sign_in_gets_no_session() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    app.store.disable_person(person, &signed_in(person)).await.unwrap();
    let before = app.fingerprint().await;
    for person in [person, PersonId::from_uuid(Uuid::now_v7())] {
        let refused = begin(&app, &new_session(person, NOW)).await;
        assert!(matches!(refused, Err(StoreError::NoSuchPerson)));
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_session_of_somebody_who_is_disabled_is_none_even_if_its_row_is_there() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let new = new_session(person, NOW);
    begin(&app, &new).await.unwrap();
    app.run("update person set disabled_at = 1 where email like 'ines%'").await;
    assert!(app.store.session(&new.digest).await.unwrap().is_none());
}

#[tokio::test]
async fn being_used_is_noted_and_never_earlier_than_before() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let new = new_session(person, NOW);
    begin(&app, &new).await.unwrap();
    let (before, last) = (app.fingerprint().await, app.last_line().await);
    for (at, seen) in [(NOW + 5, NOW + 5), (NOW + 3, NOW + 5), (NOW + 9, NOW + 9)] {
        app.store.touch_session(new.session.id, Timestamp::from_millis(at)).await.unwrap();
        let (session, _) = app.store.session(&new.digest).await.unwrap().unwrap();
        assert_eq!(session.last_seen_at.as_millis(), seen);
    }
    app.store.touch_session(SessionId::from_uuid(Uuid::now_v7()), Timestamp::from_millis(NOW)).await.unwrap();
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(app.last_line().await, last, "it leaves no line");
}

#[tokio::test]
async fn sessions_are_listed_the_one_used_last_first() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let (first, second, third) =
        (new_session(person, NOW), new_session(person, NOW + 1), new_session(person, NOW + 2));
    for new in [&first, &second, &third] {
        begin(&app, new).await.unwrap();
    }
    app.store.touch_session(first.session.id, Timestamp::from_millis(NOW + 9)).await.unwrap();
    assert_eq!(ids(&app, person).await, [first.session.id, third.session.id, second.session.id]);
}

#[tokio::test]
async fn a_session_is_ended_by_its_person_and_once() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let new = new_session(person, NOW);
    begin(&app, &new).await.unwrap();
    let before = app.fingerprint().await;
    let end = async |person| {
        let event = signed_in(app.admin.id());
        app.store.end_session(person, new.session.id, true, &event).await
    };
    assert!(matches!(end(app.admin.id()).await, Err(StoreError::NoSuchSession)));
    assert_eq!(app.fingerprint().await, before);
    end(person).await.unwrap();
    assert!(app.store.session(&new.digest).await.unwrap().is_none());
    assert!(matches!(end(person).await, Err(StoreError::NoSuchSession)));
}

#[tokio::test]
async fn all_sessions_but_one_are_ended_at_once() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let (first, second) = (new_session(person, NOW), new_session(person, NOW + 1));
    begin(&app, &first).await.unwrap();
    begin(&app, &second).await.unwrap();
    app.store.end_sessions(person, Some(first.session.id), &signed_in(person)).await.unwrap();
    assert_eq!(ids(&app, person).await, [first.session.id]);
    app.store.end_sessions(person, None, &signed_in(person)).await.unwrap();
    assert!(ids(&app, person).await.is_empty());
    assert_eq!(ids(&app, app.admin.id()).await.len(), 1);
}

#[tokio::test]
async fn a_browser_is_known_to_whoever_has_signed_in_with_it_since_then() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let new = new_session(person, NOW);
    begin(&app, &new).await.unwrap();
    let knows = async |person, browser, since| {
        app.store.knows_browser(person, browser, Timestamp::from_millis(since)).await.unwrap()
    };
    assert!(knows(person, &new.browser, NOW).await);
    assert!(!knows(person, &new.browser, NOW + 1).await);
    assert!(!knows(app.admin.id(), &new.browser, NOW).await);
    assert!(!knows(person, &new.digest, NOW).await);
    let again = NewSession { browser: new.browser, ..new_session(person, NOW + 7) };
    begin(&app, &again).await.unwrap();
    assert!(knows(person, &new.browser, NOW + 7).await);
    app.store.end_session(person, again.session.id, false, &signed_in(person)).await.unwrap();
    assert!(knows(person, &new.browser, NOW + 7).await, "also when the session is over");
}

#[tokio::test]
async fn a_browser_is_forgotten_with_its_last_session_where_that_is_ended_from_elsewhere() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let knows = async |session: &NewSession| {
        app.store.knows_browser(person, &session.browser, Timestamp::from_millis(NOW)).await.unwrap()
    };
    let (here, there, third) =
        (new_session(person, NOW), new_session(person, NOW + 1), new_session(person, NOW + 2));
    let twice = NewSession { browser: there.browser, ..new_session(person, NOW + 3) };
    for session in [&here, &there, &third, &twice] {
        begin(&app, session).await.unwrap();
    }
    let end = async |session: &NewSession| {
        app.store.end_session(person, session.session.id, true, &signed_in(person)).await.unwrap();
    };
    end(&there).await;
    assert!(knows(&there).await, "another session is in it");
    end(&twice).await;
    assert!(!knows(&there).await && knows(&third).await);
    app.store.end_sessions(person, Some(here.session.id), &signed_in(person)).await.unwrap();
    assert!(knows(&here).await && !knows(&third).await);
    app.store.end_sessions(person, None, &signed_in(person)).await.unwrap();
    assert!(!knows(&here).await);
}

#[tokio::test]
async fn no_session_begins_or_ends_without_its_event() {
    let app = TestApp::new().await;
    let person = somebody(&app).await.id();
    let new = new_session(person, NOW);
    begin(&app, &new).await.unwrap();
    app.refuse_inserts("event").await;
    let before = app.fingerprint().await;
    for answer in [
        begin(&app, &NewSession { replaces: Some(new.digest), ..new_session(person, NOW) }).await,
        app.store.end_session(person, new.session.id, true, &signed_in(person)).await,
        app.store.end_sessions(person, None, &signed_in(person)).await,
    ] {
        assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}
