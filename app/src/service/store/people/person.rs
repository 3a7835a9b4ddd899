//! Storage of people. Nobody is ever removed: the audit log refers to them.

use crate::domain::{
    Cursor, Event, Owner, Page, Person, PersonDetails, PersonId, PersonName, PersonRow, SessionId, Theme,
    Timestamp,
};
use crate::service::KeyDigest;
use crate::service::store::StoreError;
use async_trait::async_trait;

/// A person about to be recorded; without a password they are invited.
#[derive(Clone)]
pub struct NewPerson {
    pub id: PersonId,
    pub details: PersonDetails,
    /// As a PHC string.
    pub password_hash: Option<String>,
    pub at: Timestamp,
}

/// A new password for somebody.
#[derive(Clone)]
pub struct PasswordChange {
    pub person: PersonId,
    /// As a PHC string.
    pub hash: String,
    /// The hash that the person was compared with; `None` for a caller who may set a password without that.
    pub instead_of: Option<String>,
    pub keep: Option<KeptSession>,
}

/// The session and the browser that survive a change of password, with a new key for the session.
#[derive(Clone, Debug)]
pub struct KeptSession {
    pub id: SessionId,
    pub digest: KeyDigest,
    pub browser: KeyDigest,
}

/// The data that a sign-in is checked against.
#[derive(Clone)]
pub struct Credentials {
    pub person: Person,
    pub password_hash: Option<String>,
}

#[async_trait]
pub trait PersonStore: Send + Sync {
    /// Is there anybody yet?
    async fn has_people(&self) -> Result<bool, StoreError>;

    async fn person(&self, id: PersonId) -> Result<Person, StoreError>;

    async fn person_row(&self, id: PersonId) -> Result<PersonRow, StoreError>;

    /// Up to `limit` people beside a cursor, the newest first.
    async fn people(&self, cursor: &Cursor, limit: u32) -> Result<Page<PersonRow>, StoreError>;

    /// The people whom tokens can be given to, by name: active, with a role that lets them have tokens; at most
    /// `limit`.
    async fn recipients(&self, limit: u32) -> Result<Vec<Owner>, StoreError>;

    /// The person whose e-mail address has this key, and what their password is checked against.
    async fn credentials(&self, email_key: &str) -> Result<Option<Credentials>, StoreError>;

    /// Records a person. `EmailTaken` when somebody has the address, `PersonNameTaken` when somebody has a name that
    /// looks the same. The first admin of all gets the tokens that nobody answers for.
    async fn insert_person(&self, person: &NewPerson, event: &Event) -> Result<Person, StoreError>;

    /// Disables a person, and in the same transaction ends all their sessions and links and forgets their browsers.
    /// `LastAdmin` when nobody else who can sign in would be an admin.
    async fn disable_person(&self, id: PersonId, event: &Event) -> Result<(), StoreError>;

    /// `PersonNameTaken` when somebody else has a name that looks the same.
    async fn rename_person(&self, id: PersonId, name: &PersonName, event: &Event) -> Result<(), StoreError>;

    /// Sets a password. Ends all sessions of the person but the kept one, and their links, and forgets all other
    /// browsers. `NoSuchPerson` when the password has been changed meanwhile.
    async fn set_password(&self, change: &PasswordChange, event: &Event) -> Result<(), StoreError>;

    /// Stores another hash of the same password, which leaves no event and ends nothing. `NoSuchPerson` when the
    /// password has been changed meanwhile.
    async fn rehash_password(&self, id: PersonId, before: &str, after: &str) -> Result<(), StoreError>;

    /// A matter of taste: it leaves no event.
    async fn set_theme(&self, id: PersonId, theme: Theme) -> Result<(), StoreError>;
}
