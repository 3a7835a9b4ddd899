//! One-time links, kept by the digests of their codes: the set-up of an installation, and choosing a password.

use crate::domain::{Event, LinkNews, Person, PersonId, Timestamp};
use crate::service::KeyDigest;
use crate::service::store::{NewPerson, StoreError};
use async_trait::async_trait;

/// What a link is for.
#[derive(Clone, Debug)]
pub enum Link {
    /// Makes the first person.
    Setup,
    /// Lets this person choose a password.
    Password(Box<Person>),
}

/// A link with which somebody chooses their password.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub digest: KeyDigest,
    pub person: PersonId,
    pub ends_at: Timestamp,
}

#[async_trait]
pub trait LinkStore: Send + Sync {
    /// What the link with this code is for, if it works at this moment. A set-up link works as long as there is
    /// nobody; a password link as long as its person is not disabled.
    async fn link(&self, digest: &KeyDigest, now: Timestamp) -> Result<Option<Link>, StoreError>;

    /// Makes the one set-up link that works; those before it do not any more.
    async fn replace_setup_link(&self, digest: &KeyDigest, ends_at: Timestamp) -> Result<(), StoreError>;

    /// Records a link; those that its person had before do not work any more.
    async fn insert_link(&self, link: &NewLink, event: &Event) -> Result<(), StoreError>;

    /// Records an invited person together with their link.
    async fn insert_invitation(
        &self,
        person: &NewPerson,
        link: &NewLink,
        event: &Event,
    ) -> Result<Person, StoreError>;

    /// Uses the set-up link up and records the first person. `LinkEnded` when it does not work.
    async fn finish_setup(
        &self,
        digest: &KeyDigest,
        first: &NewPerson,
        event: &Event,
    ) -> Result<Person, StoreError>;

    /// The last link to a new password that was made for this person from that moment on, whether it still works or not.
    async fn link_made_for(&self, person: PersonId, since: Timestamp)
    -> Result<Option<LinkNews>, StoreError>;

    /// Uses a password link up: its person has this password now, and no session. `LinkEnded` when it does not
    /// work at `event.at`.
    async fn spend_link(&self, digest: &KeyDigest, hash: &str, event: &Event) -> Result<(), StoreError>;
}
