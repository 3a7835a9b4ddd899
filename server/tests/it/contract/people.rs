use super::power::{becomes, standing};
use crate::support::{TestApp, TestUser, event};
use app::{
    domain::{
        Credential, Cursor, Event, EventKind, PersonForm, PersonId, PersonName, PersonStatus, Role, Theme,
        Timestamp,
    },
    service::{KeptSession, Key, NewPerson, PasswordChange, StoreError},
};
use uuid::Uuid;

fn new_person(name: &str, role: Role, at: i64, hash: Option<&str>) -> NewPerson {
    let form = PersonForm { name: name.into(), email: format!("{name}@Example.com"), role: role.to_string() };
    NewPerson {
        id: PersonId::from_uuid(Uuid::now_v7()),
        details: form.parse().unwrap(),
        password_hash: hash.map(str::to_owned),
        at: Timestamp::from_millis(at),
    }
}

fn about(kind: EventKind, id: PersonId) -> Event {
    event(kind, id, Timestamp::from_millis(9))
}

async fn insert(app: &TestApp, new: &NewPerson) -> Result<app::domain::Person, StoreError> {
    // The person does not exist yet, so the event has no actor.
    let event = Event { actor: None, ..about(EventKind::PersonAdded, new.id) };
    app.store.insert_person(new, &event).await
}

#[tokio::test]
async fn a_recorded_person_is_read_back_as_they_were() {
    let app = TestApp::new().await;
    let new = new_person("Noor", Role::Viewer, 5, None);
    let made = insert(&app, &new).await.unwrap();
    assert_eq!(made, app.store.person(new.id).await.unwrap());
    assert_eq!((&made.name, &made.email, made.role), (&new.details.name, &new.details.email, Role::Viewer));
    assert_eq!((made.status, made.theme, made.created_at), (PersonStatus::Invited, Theme::System, new.at));
    let row = app.store.person_row(new.id).await.unwrap();
    assert_eq!((row.person, row.tokens, row.last_seen_at), (made, 0, None));
}

#[tokio::test]
async fn the_line_of_somebody_counts_their_live_tokens_and_knows_when_they_were_seen() {
    let app = TestApp::new().await;
    let kept = app.create("Kept").await.token;
    let deleted = app.create("Deleted").await.token;
    app.service.delete_token(&app.admin.caller, deleted.id).await.unwrap();
    let row = app.store.person_row(app.admin.id()).await.unwrap();
    let Credential::Session { signed_in_at, .. } = app.admin.caller.credential else { panic!() };
    assert_eq!((row.tokens, row.last_seen_at), (1, Some(signed_in_at)));
    assert_eq!(kept.owner.id, row.person.id);
}

#[tokio::test]
async fn there_is_somebody_or_nobody() {
    assert!(TestApp::new().await.store.has_people().await.unwrap());
    let app = crate::support::Empty::new().await;
    assert!(!app.store.has_people().await.unwrap());
}

#[tokio::test]
async fn who_never_was_is_no_such_person_for_every_method() {
    let app = TestApp::new().await;
    let (id, store) = (PersonId::from_uuid(Uuid::now_v7()), &app.store);
    let before = app.fingerprint().await;
    let name = PersonName::parse("Else").unwrap();
    let event = about(EventKind::PersonRenamed, app.admin.id());
    let changed = becomes(id, standing(Role::Admin, true), standing(Role::Viewer, false));
    for answer in [
        store.person(id).await.map(drop),
        store.person_row(id).await.map(drop),
        store.change_standing(&changed, &event).await.map(drop),
        store.disable_person(id, &event).await,
        store.rename_person(id, &name, &event).await,
        store.set_password(&change(id, "hash"), &event).await,
        store.rehash_password(id, "hash", "other").await,
    ] {
        assert!(matches!(answer, Err(StoreError::NoSuchPerson)), "{answer:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn pages_of_people_show_everybody_once_newest_first_and_lead_back() {
    let app = TestApp::new().await;
    for i in 0..23 {
        // Several people in the same millisecond.
        insert(&app, &new_person(&format!("p{i}"), Role::Member, 100 + i / 3, None)).await.unwrap();
    }
    let (mut cursor, mut seen, mut last) = (Cursor::start(), Vec::new(), None);
    loop {
        let page = app.store.people(&cursor, 5).await.unwrap();
        assert!(page.items.len() <= 5);
        seen.extend(page.items.iter().map(|row| (row.person.created_at, row.person.id)));
        last = page.previous.or(last);
        match page.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    assert_eq!(seen.len(), 24);
    assert!(seen.windows(2).all(|pair| (pair[0].0, pair[0].1.as_uuid()) > (pair[1].0, pair[1].1.as_uuid())));
    let back = app.store.people(&last.unwrap(), 5).await.unwrap();
    assert_eq!(back.items.len(), 5);
    assert!(seen.iter().any(|(_, id)| *id == back.items[4].person.id));
}

#[tokio::test]
async fn tokens_can_be_given_to_active_people_who_may_have_some_by_name() {
    let app = TestApp::new().await;
    for (name, role) in
        [("Zoe Adler", Role::Member), ("Ines Okafor", Role::Member), ("Vera Lindqvist", Role::Viewer)]
    {
        app.user(name, role).await;
    }
    let gone = app.user("Dora Keller", Role::Member).await;
    app.store.disable_person(gone.id(), &about(EventKind::PersonDisabled, gone.id())).await.unwrap();
    insert(&app, &new_person("Invited", Role::Member, 5, None)).await.unwrap();
    let names = async |limit| {
        let found = app.store.recipients(limit).await.unwrap();
        found.iter().map(|owner| owner.name.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(10).await, ["Ada Moreau", "Ines Okafor", "Zoe Adler"]);
    assert_eq!(names(2).await, ["Ada Moreau", "Ines Okafor"]);
}

#[tokio::test]
async fn an_address_belongs_to_one_person_in_whatever_letter_case() {
    let app = TestApp::new().await;
    insert(&app, &new_person("Noor", Role::Member, 5, Some("a hash"))).await.unwrap();
    let before = app.fingerprint().await;
    let again = insert(&app, &new_person("NOOR", Role::Member, 6, None)).await;
    assert!(matches!(again, Err(StoreError::EmailTaken)));
    assert_eq!(app.fingerprint().await, before);
    let found = app.store.credentials("noor@example.com").await.unwrap().unwrap();
    assert_eq!(found.person.email.as_str(), "Noor@Example.com", "as it was typed");
    assert_eq!(found.password_hash.as_deref(), Some("a hash"));
    assert!(app.store.credentials("nobody@example.com").await.unwrap().is_none());
}

#[tokio::test]
async fn somebody_who_can_sign_in_stays_an_admin() {
    let app = TestApp::new().await;
    let (ada, store) = (app.admin.id(), &app.store);
    let event = about(EventKind::RoleChanged, ada);
    // An admin who has no password or is disabled does not count.
    let invited = new_person("Invited", Role::Admin, 5, None);
    insert(&app, &invited).await.unwrap();
    let disabled = app.user("Dora Keller", Role::Admin).await;
    store.disable_person(disabled.id(), &event).await.unwrap();
    let before = app.fingerprint().await;
    let (admin, member) = (standing(Role::Admin, false), standing(Role::Member, false));
    let demoted = async |id| store.change_standing(&becomes(id, admin, member), &event).await;
    assert!(matches!(demoted(ada).await, Err(StoreError::LastAdmin)));
    assert!(matches!(store.disable_person(ada, &event).await, Err(StoreError::LastAdmin)));
    assert_eq!(app.fingerprint().await, before);
    // Admins who do not count can be demoted; once a second one counts, so can the first.
    demoted(invited.id).await.unwrap();
    let enabled = becomes(disabled.id(), standing(Role::Admin, true), admin);
    store.change_standing(&enabled, &event).await.unwrap();
    assert_eq!(demoted(ada).await.unwrap().role, Role::Member);
    assert!(matches!(store.disable_person(disabled.id(), &event).await, Err(StoreError::LastAdmin)));
}

#[tokio::test]
async fn disabling_ends_sessions_and_links_with_the_same_stroke() {
    let app = TestApp::new().await;
    let ines = with_a_link(&app).await;
    let event = about(EventKind::PersonDisabled, ines.id());
    app.store.disable_person(ines.id(), &event).await.unwrap();
    assert_eq!(app.store.person(ines.id()).await.unwrap().status, PersonStatus::Disabled);
    assert!(app.store.sessions(ines.id()).await.unwrap().is_empty());
    assert_eq!(app.number("select count(*) from link").await, 0);
    let known =
        "select count(*) from browser b join person p on p.id = b.person_id where p.email like 'ines%'";
    assert_eq!(app.number(known).await, 0);
    assert_eq!(app.store.sessions(app.admin.id()).await.unwrap().len(), 1, "others keep theirs");
    enable(&app, ines.id()).await;
    assert_eq!(app.store.person(ines.id()).await.unwrap().status, PersonStatus::Active);
}

/// A password set unconditionally, with no session kept.
fn change(person: PersonId, hash: &str) -> PasswordChange {
    PasswordChange { person, hash: hash.to_owned(), instead_of: None, keep: None }
}

#[tokio::test]
async fn a_new_password_ends_links_browsers_and_all_sessions_but_one_which_gets_a_new_key() {
    let app = TestApp::new().await;
    let ines = with_a_link(&app).await;
    let kept = app.another_session(&ines).await;
    let event = about(EventKind::PasswordChanged, ines.id());
    let (digest, browser) = (Key::generate().unwrap().digest(), Key::generate().unwrap().digest());
    let keep = KeptSession { id: kept.caller.session().unwrap(), digest, browser };
    let changed = PasswordChange { keep: Some(keep), ..change(ines.id(), "another hash") };
    app.store.set_password(&changed, &event).await.unwrap();
    let left: Vec<_> = app.store.sessions(ines.id()).await.unwrap().iter().map(|s| s.id).collect();
    assert_eq!(left, [kept.caller.session().unwrap()]);
    assert!(app.store.session(&kept.key.digest()).await.unwrap().is_none(), "the old key opens nothing");
    assert!(app.store.session(&digest).await.unwrap().is_some());
    assert_eq!(app.number("select count(*) from link").await, 0);
    let known =
        "select count(*) from browser b join person p on p.id = b.person_id where p.email like 'ines%'";
    assert_eq!(app.number(known).await, 1);
    assert!(app.store.knows_browser(ines.id(), &browser, event.at).await.unwrap());
    app.store.set_password(&change(ines.id(), "a third"), &event).await.unwrap();
    assert!(app.store.sessions(ines.id()).await.unwrap().is_empty());
    assert_eq!(app.number(known).await, 0);
}

#[tokio::test]
async fn of_two_who_change_a_password_at_once_one_wins() {
    let app = TestApp::new().await;
    let event = about(EventKind::PasswordChanged, app.admin.id());
    let from = |old: &str, new: &str| PasswordChange {
        instead_of: Some(old.to_owned()),
        ..change(app.admin.id(), new)
    };
    app.store.set_password(&change(app.admin.id(), "first"), &event).await.unwrap();
    app.store.set_password(&from("first", "second"), &event).await.unwrap();
    let before = app.fingerprint().await;
    let late = app.store.set_password(&from("first", "third"), &event).await;
    assert!(matches!(late, Err(StoreError::NoSuchPerson)));
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn links_from_before_stay_ended_when_somebody_is_enabled() {
    let app = TestApp::new().await;
    let ines = with_a_link(&app).await;
    app.run("update person set disabled_at = 1 where email like 'ines%'").await;
    enable(&app, ines.id()).await;
    assert_eq!(app.number("select count(*) from link").await, 0);
}

/// Enables a member who has no tokens.
async fn enable(app: &TestApp, id: PersonId) {
    let enabled = becomes(id, standing(Role::Member, true), standing(Role::Member, false));
    app.store.change_standing(&enabled, &about(EventKind::PersonEnabled, id)).await.unwrap();
}

async fn with_a_link(app: &TestApp) -> TestUser {
    let ines = app.user("Ines Okafor", Role::Member).await;
    app.service.make_link(&app.admin.caller, ines.id()).await.unwrap();
    assert_eq!(app.number("select count(*) from link").await, 1);
    ines
}

#[tokio::test]
async fn a_name_is_changed_with_its_event_and_a_theme_without_one() {
    let app = TestApp::new().await;
    let (id, last) = (app.admin.id(), app.last_line().await);
    let name = PersonName::parse("Ada M.").unwrap();
    app.store.rename_person(id, &name, &about(EventKind::PersonRenamed, id)).await.unwrap();
    app.store.set_theme(id, Theme::Dark).await.unwrap();
    let ada = app.store.person(id).await.unwrap();
    assert_eq!((ada.name, ada.theme), (name, Theme::Dark));
    assert_eq!(app.kinds_after(last).await, ["person.renamed"]);
}

#[tokio::test]
async fn no_change_to_a_person_happens_without_its_event() {
    let app = TestApp::new().await;
    app.user("Ines Okafor", Role::Admin).await;
    app.refuse_inserts("event").await;
    let (id, store, before) = (app.admin.id(), &app.store, app.fingerprint().await);
    let name = PersonName::parse("Else").unwrap();
    let event = about(EventKind::PersonRenamed, id);
    for answer in [
        insert(&app, &new_person("Noor", Role::Member, 5, None)).await.map(drop),
        store.disable_person(id, &event).await,
        store.rename_person(id, &name, &event).await,
        store.set_password(&change(id, "hash"), &event).await,
    ] {
        assert!(matches!(answer, Err(StoreError::Failed(_))), "{answer:?}");
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_person_with_a_name_that_looks_like_somebodys_is_not_recorded() {
    let app = TestApp::new().await;
    let noor = new_person("Noor", Role::Member, 5, None);
    insert(&app, &noor).await.unwrap();
    let before = app.fingerprint().await;
    for alike in ["NOOR", "Nооr", "Ｎoor"] {
        let mut other = new_person(alike, Role::Member, 6, None);
        other.details.email = app::domain::Email::parse("other@example.com").unwrap();
        assert!(matches!(insert(&app, &other).await, Err(StoreError::PersonNameTaken)), "{alike}");
    }
    let same = new_person("Noor", Role::Member, 6, None);
    assert!(matches!(insert(&app, &same).await, Err(StoreError::EmailTaken)), "the same person again");
    assert_eq!(app.fingerprint().await, before);
    let (ada, name) = (app.admin.id(), PersonName::parse("noor").unwrap());
    let renamed = app.store.rename_person(ada, &name, &about(EventKind::PersonRenamed, ada)).await;
    assert!(matches!(renamed, Err(StoreError::PersonNameTaken)));
    // A new spelling of one's own name is not somebody else's name.
    app.store.rename_person(noor.id, &name, &about(EventKind::PersonRenamed, ada)).await.unwrap();
}

#[tokio::test]
async fn another_hash_of_a_password_takes_the_place_of_the_one_it_was_made_from() {
    let app = TestApp::new().await;
    let ada = app.admin.id();
    let line = app.last_line().await;
    let before = crate::support::password_hash();
    app.store.rehash_password(ada, &before, "another").await.unwrap();
    let kept = app.number("select count(*) from person where password_hash = 'another'").await;
    let sessions = app.number("select count(*) from session").await;
    assert_eq!((kept, sessions, app.last_line().await), (1, 1, line));
    let late = app.store.rehash_password(ada, &before, "third").await;
    assert!(matches!(late, Err(StoreError::NoSuchPerson)), "the password is another one by now");
}
