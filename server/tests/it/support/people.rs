//! Signed-in people for tests. Their password is hashed once for all of them.

use super::HandClock;
use app::{
    domain::{Caller, Event, EventKind, PersonForm, PersonId, Role, Session, SessionId, Visit},
    service::{Clock, Key, NewPerson, NewSession, Service, Store},
};
use server::store::{DatabaseUrl, open};
use std::sync::Arc;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// The password of everybody.
pub const PASSWORD: &str = "seventeen violet kettles";

static HASH: OnceCell<String> = OnceCell::const_new();

/// A person, and the session in their browser.
#[derive(Clone)]
pub struct TestUser {
    pub caller: Caller,
    pub key: Key,
}

impl TestUser {
    pub fn id(&self) -> PersonId {
        self.caller.id
    }
}

pub fn visit() -> Visit {
    Visit {
        address: "127.0.0.1".into(),
        client: "curl/8".into(),
        request_id: "test".into(),
        is_led_here: false,
    }
}

pub async fn add(
    service: &Service,
    store: &Arc<dyn Store>,
    clock: &HandClock,
    name: &str,
    role: Role,
) -> TestUser {
    clock.forward(1);
    let first = name.split(' ').next().unwrap().to_lowercase();
    let form =
        PersonForm { name: name.into(), email: format!("{first}@example.com"), role: role.to_string() };
    let hash = match HASH.get() {
        Some(hash) => hash.clone(),
        None => {
            // The first installation of all pays for the hash.
            let directory = tempfile::TempDir::new().unwrap();
            let elsewhere = open(&DatabaseUrl::sqlite(directory.path().join("x.db"))).await.unwrap();
            let other = Service::new(
                elsewhere.clone(),
                std::sync::Arc::new(app::service::SystemClock),
                Default::default(),
            );
            other.operator_add_person(&form, PASSWORD).await.unwrap();
            let found = elsewhere.credentials(&form.email).await.unwrap().unwrap();
            HASH.get_or_init(|| async { found.password_hash.unwrap() }).await.clone()
        }
    };
    let at = clock.now();
    let id = PersonId::from_uuid(Uuid::now_v7());
    let new = NewPerson { id, details: form.parse().unwrap(), password_hash: Some(hash), at };
    store.insert_person(&new, &event(EventKind::PersonAdded, id, at)).await.unwrap();

    begin_session(service, store, clock, id).await
}

/// Begins a session in one more browser.
pub async fn begin_session(
    service: &Service,
    store: &Arc<dyn Store>,
    clock: &HandClock,
    person: PersonId,
) -> TestUser {
    let (at, key) = (clock.now(), Key::generate().unwrap());
    let session = Session {
        id: SessionId::from_uuid(Uuid::now_v7()),
        created_at: at,
        last_seen_at: at,
        client: "curl/8".into(),
        address: "127.0.0.1".into(),
    };
    let digest = key.digest();
    let browser = Key::generate().unwrap().digest();
    let password_hash = Some(password_hash());
    let begun = NewSession { person, session, digest, password_hash, origin: None, replaces: None, browser };
    store.insert_session(&begun, &event(EventKind::SignedIn, person, at)).await.unwrap();
    let caller = service.caller(&key, &visit()).await.unwrap().unwrap();
    TestUser { caller, key }
}

/// The hash that is stored for everybody's password.
pub fn password_hash() -> String {
    HASH.get().cloned().expect("an installation has been built")
}

pub fn event(kind: EventKind, id: PersonId, at: app::domain::Timestamp) -> Event {
    Event {
        at,
        kind,
        actor: Some(id),
        token: None,
        person: Some(id),
        address: "127.0.0.1".into(),
        request_id: "test".into(),
        details: "{}".into(),
    }
}
