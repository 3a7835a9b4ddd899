//! Accounts of people at identity providers, by issuer and subject, and the sign-ins that have come back from there.

use crate::domain::{Event, Identity, Person, PersonId, SessionId, Timestamp};
use crate::service::KeyDigest;
use crate::service::store::{NewPerson, StoreError};
use async_trait::async_trait;

/// The account of a person at a provider, about to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIdentity {
    pub issuer: String,
    pub subject: String,
    /// The name of the provider in the configuration.
    pub provider: String,
    pub groups: Vec<String>,
    pub at: Timestamp,
}

/// The provider that a session came through, and when its person proved there who they are, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOrigin {
    pub provider: String,
    pub proved_at: Option<Timestamp>,
}

#[async_trait]
pub trait IdentityStore: Send + Sync {
    /// The person with this account, disabled or not.
    async fn person_of(&self, issuer: &str, subject: &str) -> Result<Option<Person>, StoreError>;

    /// The accounts of a person, the one used last first.
    async fn identities(&self, person: PersonId) -> Result<Vec<Identity>, StoreError>;

    /// Records the account of a person who exists; from then on they can sign in without a password. `DoneBefore` when
    /// somebody has the account already, or the person another one with the same issuer. `NoSuchPerson` when they are
    /// disabled.
    async fn link_identity(
        &self,
        person: PersonId,
        identity: &NewIdentity,
        event: &Event,
    ) -> Result<(), StoreError>;

    /// Records a person together with their account. `DoneBefore` when somebody has the account already; otherwise like
    /// `insert_person`.
    async fn insert_provided(
        &self,
        person: &NewPerson,
        identity: &NewIdentity,
        event: &Event,
    ) -> Result<Person, StoreError>;

    /// Notes that an account was used, and the groups that its provider names now.
    async fn touch_identity(&self, identity: &NewIdentity) -> Result<(), StoreError>;

    /// Uses up a sign-in that has come back, until `ends_at`, and forgets those that are over by `now`. `LinkEnded` when
    /// it was used up before.
    async fn finish_sign_in(
        &self,
        digest: &KeyDigest,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Where a session came from; `None` for one that began here.
    async fn session_origin(&self, session: SessionId) -> Result<Option<SessionOrigin>, StoreError>;
}
