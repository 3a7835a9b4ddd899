//! Storage of passkeys.

use crate::domain::{Event, PasskeyId, PasskeyName, PersonId, Timestamp};
use crate::service::KeyDigest;
use crate::service::store::StoreError;
use async_trait::async_trait;

/// A passkey about to be recorded. `credential` is its public key and counter, as JSON.
#[derive(Clone)]
pub struct NewPasskey {
    pub id: PasskeyId,
    pub person: PersonId,
    pub credential_id: Vec<u8>,
    pub credential: String,
    pub name: PasskeyName,
}

/// A passkey that somebody signs in with.
#[derive(Clone)]
pub struct KnownPasskey {
    pub id: PasskeyId,
    pub person: PersonId,
    pub credential: String,
    pub name: PasskeyName,
    /// Has its counter gone back?
    pub is_copied: bool,
}

#[async_trait]
pub trait PasskeyStore: Send + Sync {
    /// By what devices call the passkeys of a person.
    async fn credential_ids(&self, person: PersonId) -> Result<Vec<Vec<u8>>, StoreError>;

    /// The passkey that a device calls this.
    async fn passkey_by(&self, credential_id: &[u8]) -> Result<Option<KnownPasskey>, StoreError>;

    /// `codes` become the recovery codes of a person who has none left; returns whether they did. `NoSuchFactor` when
    /// somebody has the credential already.
    async fn insert_passkey(
        &self,
        new: &NewPasskey,
        codes: &[KeyDigest],
        event: &Event,
    ) -> Result<bool, StoreError>;

    /// `NoSuchFactor` when this person has no such passkey.
    async fn rename_passkey(
        &self,
        person: PersonId,
        id: PasskeyId,
        name: &PasskeyName,
        event: &Event,
    ) -> Result<(), StoreError>;

    /// With the last factor, the recovery codes go too. `LastFactor` when there would be none left, and one is required;
    /// `NoSuchFactor` when this person has no such passkey.
    async fn remove_passkey(
        &self,
        person: PersonId,
        id: PasskeyId,
        is_required: bool,
        event: &Event,
    ) -> Result<(), StoreError>;

    /// Notes a use, and the counter after it: false if the passkey was used or removed since `before` was read. It leaves
    /// no event: the sign-in does.
    async fn note_passkey(
        &self,
        before: &KnownPasskey,
        after: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Notes that the counter of a passkey went back.
    async fn mark_copied(&self, id: PasskeyId, event: &Event) -> Result<(), StoreError>;
}
