//! What a verification reads: one secret with all that its verdict depends on, and what has changed since.

use super::StoreError;
use crate::domain::{
    AllowedAddresses, Event, PermissionSet, PersonId, PersonName, RateLimit, Role, Timestamp, TokenId,
    TokenName,
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
    /// When its token ends.
    pub expires_at: Option<Timestamp>,
    /// When it ends itself, because another one has taken its place.
    pub ends_at: Option<Timestamp>,
    pub is_revoked: bool,
    pub is_disabled: bool,
    pub allowed_addresses: AllowedAddresses,
    pub rate_limit: Option<RateLimit>,
}

/// Whoever answers for a token, as far as it matters to its verdicts.
#[derive(Clone, Debug)]
pub struct KnownOwner {
    pub id: PersonId,
    pub name: PersonName,
    /// Their e-mail address, when somebody else has a name that looks the same.
    pub namesake_email: Option<String>,
    pub role: Role,
    pub is_disabled: bool,
}

/// What has changed after some revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// The newest one that these include.
    pub revision: i64,
    /// All secrets of the tokens that have changed.
    pub secrets: Vec<KeyDigest>,
    pub people: Vec<PersonId>,
    /// Are these all of them? When not, anything may have changed.
    pub is_complete: bool,
    /// Are there secrets that were made elsewhere, and may have any shape?
    pub has_foreign: bool,
}

/// Whoever keeps something of the data in memory. A transaction is acknowledged only after every watcher has been told
/// of it, so that who made it never meets what was before.
#[async_trait]
pub trait Watcher: Send + Sync {
    /// Something was committed. An error says that it could not be taken in.
    async fn committed(&self, store: &dyn VerifyStore) -> Result<(), StoreError>;
}

#[async_trait]
pub trait VerifyStore: Send + Sync {
    /// The secret with this digest, revoked ones and those of deleted tokens included.
    async fn secret(&self, digest: &KeyDigest) -> Result<Option<KnownSecret>, StoreError>;

    /// The secrets of tokens, and the people, that have changed after this revision in a way that a verdict could depend on,
    /// whichever process changed them.
    async fn changes(&self, after: i64) -> Result<Changes, StoreError>;

    /// From now on, whoever watches is told of every transaction that this process commits.
    fn watch(&self, watcher: Arc<dyn Watcher>);

    /// Grows with every transaction that this process commits and that a watcher did not take in, or when nobody
    /// knows whether one was committed.
    fn unseen_writes(&self) -> u64;

    /// Revokes this one secret. A token whose current secret it is gets disabled, too: nobody can use it until it
    /// is rotated. `NotFound` when it is revoked already, or is none. The event is completed with its token.
    async fn revoke_secret(&self, digest: &KeyDigest, event: &Event) -> Result<TokenId, StoreError>;

    /// Forgets changes from before this moment.
    async fn forget_changes(&self, before: Timestamp) -> Result<(), StoreError>;
}
