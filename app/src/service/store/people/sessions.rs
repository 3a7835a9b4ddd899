//! Sessions and known browsers, kept by the digests of the keys in their cookies.

use crate::domain::{Event, Person, PersonId, Session, SessionId, Timestamp};
use crate::service::KeyDigest;
use crate::service::store::{SessionOrigin, StoreError};
use async_trait::async_trait;
use std::fmt;

/// A session about to begin.
#[derive(Clone)]
pub struct NewSession {
    pub person: PersonId,
    pub session: Session,
    pub digest: KeyDigest,
    /// The hash that the password was compared with. If it has changed meanwhile, no session begins. `None` when somebody
    /// else has proved who the person is.
    pub password_hash: Option<String>,
    /// The provider that has done so.
    pub origin: Option<SessionOrigin>,
    /// The session that the same browser had before; it ends.
    pub replaces: Option<KeyDigest>,
    /// The browser, to be known from now on.
    pub browser: KeyDigest,
}

impl fmt::Debug for NewSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSession")
            .field("person", &self.person)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Begins a session, forgets sessions and browsers that are over, and ends the person's oldest sessions beyond the
    /// limit. `NoSuchPerson` when the person may not sign in by now, or has another password.
    async fn insert_session(&self, new: &NewSession, event: &Event) -> Result<(), StoreError>;

    /// The session with this key and its person; nothing when it has been ended or its person is disabled.
    async fn session(&self, digest: &KeyDigest) -> Result<Option<(Session, Person)>, StoreError>;

    /// Notes that the session was used.
    async fn touch_session(&self, id: SessionId, at: Timestamp) -> Result<(), StoreError>;

    /// All sessions of a person, the one used last first.
    async fn sessions(&self, person: PersonId) -> Result<Vec<Session>, StoreError>;

    /// Ends a session. With `forget_browser`, also forgets its browser, unless another session is in it.
    /// `NoSuchSession` when this person has no such session.
    async fn end_session(
        &self,
        person: PersonId,
        id: SessionId,
        forget_browser: bool,
        event: &Event,
    ) -> Result<(), StoreError>;

    /// Ends all sessions of a person but `keep`, and forgets all browsers but that one's.
    async fn end_sessions(
        &self,
        person: PersonId,
        keep: Option<SessionId>,
        event: &Event,
    ) -> Result<(), StoreError>;

    /// Has this person signed in with this browser since then?
    async fn knows_browser(
        &self,
        person: PersonId,
        browser: &KeyDigest,
        since: Timestamp,
    ) -> Result<bool, StoreError>;
}
