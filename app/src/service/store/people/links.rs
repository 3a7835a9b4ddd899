//! One-time links, kept by the digests of their codes: the set-up of an installation, and choosing a password.

use crate::domain::{Event, LinkNews, Person, PersonId, Timestamp};
use crate::service::KeyDigest;
use crate::service::store::{NewPerson, StoreError};
use async_trait::async_trait;

/// The purpose of a link.
#[derive(Clone, Debug)]
pub enum Link {
    /// Makes the first person.
    Setup,
    /// Lets this person choose a password.
    Password(Box<Person>),
}

/// A link for choosing a password.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub digest: KeyDigest,
    pub person: PersonId,
    pub ends_at: Timestamp,
}

#[async_trait]
pub trait LinkStore: Send + Sync {
    /// The purpose of the link with this code, if it works at this moment. A set-up link works as long as there is
    /// nobody; a password link as long as its person is not disabled.
    async fn link(&self, digest: &KeyDigest, now: Timestamp) -> Result<Option<Link>, StoreError>;

    /// Makes the one set-up link that works. Earlier ones stop working.
    async fn replace_setup_link(&self, digest: &KeyDigest, ends_at: Timestamp) -> Result<(), StoreError>;

    /// Records a link. Earlier ones of its person stop working.
    async fn insert_link(&self, link: &NewLink, event: &Event) -> Result<(), StoreError>;

    /// Records an invited person together with their link.
    async fn insert_invitation(
        &self,
        person: &NewPerson,
        link: &NewLink,
        event: &Event,
    ) -> Result<Person, StoreError>;

    /// Uses up the set-up link and records the first person. `LinkEnded` when it does not work.
    async fn finish_setup(
        &self,
        digest: &KeyDigest,
        first: &NewPerson,
        event: &Event,
    ) -> Result<Person, StoreError>;

    /// The last link to a new password that was made for this person since that moment, whether it still works or not.
    async fn link_made_for(&self, person: PersonId, since: Timestamp)
    -> Result<Option<LinkNews>, StoreError>;

    /// Uses up a password link: its person has this password now, and no session. `LinkEnded` when it does not work at
    /// `event.at`.
    async fn spend_link(&self, digest: &KeyDigest, hash: &str, event: &Event) -> Result<(), StoreError>;
}
