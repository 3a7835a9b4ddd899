//! The reads of a verification: one secret with all that its verdict depends on, and what has changed since.

use super::StoreError;
use crate::domain::{
    AllowedAddresses, Event, Exposure, Grants, Metadata, PermissionSet, PersonId, PersonName, RateLimit,
    Reach, Role, Timestamp, TokenId, TokenName,
};
use crate::service::KeyDigest;
use async_trait::async_trait;
use std::sync::Arc;
use uuid::Uuid;

/// Everything that is kept about a secret and that a verdict can depend on.
#[derive(Clone, Debug)]
pub struct KnownSecret {
    pub id: Uuid,
    pub token: TokenId,
    pub name: TokenName,
    pub owner: KnownOwner,
    pub permissions: PermissionSet,
    pub created_at: Timestamp,
    /// The end of its token.
    pub expires_at: Option<Timestamp>,
    /// The end of the secret itself, because another one has taken its place.
    pub ends_at: Option<Timestamp>,
    pub is_revoked: bool,
    pub is_disabled: bool,
    pub allowed_addresses: AllowedAddresses,
    pub rate_limit: Option<RateLimit>,
    pub metadata: Metadata,
}

/// The owner of a token, as far as its verdicts depend on them.
#[derive(Clone, Debug)]
pub struct KnownOwner {
    pub id: PersonId,
    pub name: PersonName,
    /// Their e-mail address, when somebody else has a name that looks the same.
    pub namesake_email: Option<String>,
    pub role: Role,
    /// Its own grants, and those of its groups.
    pub grants: Grants,
    pub metadata: Metadata,
    pub is_disabled: bool,
}

impl KnownOwner {
    pub fn reach(&self) -> Reach {
        Reach { role: self.role, grants: self.grants.clone() }
    }
}

/// A place in the order of changes; the default is the one before all of them. The mark is random: it tells two
/// histories apart in which the numbers ran alike, and the servers that could each have a history of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    pub number: i64,
    pub mark: i64,
}

/// The changes after some revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The newest revision that these include.
    pub revision: Revision,
    /// All secrets of the tokens that have changed.
    pub secrets: Vec<KeyDigest>,
    pub people: Vec<PersonId>,
    /// Whether these are all changes. If not, anything may have changed.
    pub is_complete: bool,
    /// Whether there are secrets that were made elsewhere and may have any shape.
    pub has_foreign: bool,
}

/// A holder of data in memory. A transaction is acknowledged only after every watcher has been told of it, so that its
/// author never meets the state before it.
#[async_trait]
pub trait Watcher: Send + Sync {
    /// Something was committed. An error says that the watcher could not take it in.
    async fn committed(&self, store: &dyn VerifyStore) -> Result<(), StoreError>;
}

#[async_trait]
pub trait VerifyStore: Send + Sync {
    /// The secret with this digest, revoked ones and those of deleted tokens included. `Elsewhere` if the data that
    /// was asked does not include this revision.
    async fn secret(&self, digest: &KeyDigest, at_least: Revision)
    -> Result<Option<KnownSecret>, StoreError>;

    /// The secrets of tokens and the people that have changed after this revision in a way that a verdict could depend
    /// on, whichever process changed them. An error if the data does not answer within a second, or may be behind.
    async fn changes(&self, after: Revision) -> Result<Changes, StoreError>;

    /// Tells this watcher of every transaction that this process commits from now on.
    fn watch(&self, watcher: Arc<dyn Watcher>);

    /// Grows with every transaction that this process commits and that a watcher did not take in, or when it is unknown
    /// whether one was committed.
    fn unseen_writes(&self) -> u64;

    /// Revokes this one secret. If it is the current secret of its token, the token is disabled, too: nobody can use it
    /// until it is rotated. `NotFound` when the secret is revoked already, or there is none: that is acknowledged like
    /// a change, after all watchers were told. The event is completed with its token.
    async fn revoke_secret(&self, digest: &KeyDigest, event: &Event) -> Result<TokenId, StoreError>;

    /// Marks this one secret as found by others, and revokes it. If it is the current secret of its token, the token is
    /// disabled until it is rotated. `NotFound` when it was reported before, or there is none, as for
    /// [`Self::revoke_secret`]. The event is completed with its token, its hint, and the state that the secret was in.
    async fn expose_secret(
        &self,
        digest: &KeyDigest,
        exposure: &Exposure,
        event: &Event,
    ) -> Result<TokenId, StoreError>;

    /// Forgets changes from before this moment.
    async fn forget_changes(&self, before: Timestamp) -> Result<(), StoreError>;
}
