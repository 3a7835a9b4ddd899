//! The port to the database. One method is one transaction: the change and its audit event together, or
//! neither. The service decides, the store records; the contract suite holds every sentence below to its word.

use super::SecretDigest;
use crate::domain::{Catalogue, Cursor, Event, Page, SecretHint, Timestamp, Token, TokenDetails, TokenId};
use async_trait::async_trait;

/// What a store can answer instead of doing what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no such live token")]
    NotFound,
    #[error("the token has another version by now")]
    VersionConflict(Box<Token>),
    #[error("a live token has a name that looks the same")]
    NameTaken,
    /// For the operator only.
    #[error("{0}")]
    Failed(String),
}

/// A token about to be recorded.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub id: TokenId,
    pub details: TokenDetails,
    /// What two names share that look alike.
    pub name_key: String,
    pub digest: SecretDigest,
    pub hint: SecretHint,
    pub at: Timestamp,
}

/// An edit of a token that had `version` when it began.
#[derive(Clone, Debug)]
pub struct TokenChange {
    pub id: TokenId,
    pub version: i64,
    pub details: TokenDetails,
    pub name_key: String,
    pub at: Timestamp,
}

/// The end of a token.
#[derive(Clone, Copy, Debug)]
pub struct TokenRemoval {
    pub id: TokenId,
    pub at: Timestamp,
}

#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The live token with this id; `NotFound` for one that never was or that is deleted.
    async fn token(&self, id: TokenId) -> Result<Token, StoreError>;

    /// Up to `limit` live tokens beside a cursor, the newest first. No row is missed or shown twice while
    /// pages are turned, whatever is created or deleted meanwhile.
    async fn tokens(&self, cursor: &Cursor, limit: u32) -> Result<Page<Token>, StoreError>;

    /// How many live tokens there are, counting up to `max` and no further.
    async fn count_tokens(&self, max: u64) -> Result<u64, StoreError>;

    /// Records a token with its first secret, at version 1. `NameTaken` when a live token has the same key.
    async fn insert_token(&self, token: &NewToken, event: &Event) -> Result<Token, StoreError>;

    /// Replaces the details and raises the version by one. `VersionConflict` with what is stored now when the
    /// version is another one; `NameTaken` when another live token has the same key.
    async fn update_token(&self, change: &TokenChange, event: &Event) -> Result<Token, StoreError>;

    /// Revokes all secrets of the token and leaves a tombstone that frees its name. `NotFound` the second time.
    async fn delete_token(&self, removal: &TokenRemoval, event: &Event) -> Result<(), StoreError>;
}

#[async_trait]
pub trait CatalogueStore: Send + Sync {
    /// The catalogue in its order; the empty one before the first start is finished.
    async fn catalogue(&self) -> Result<Catalogue, StoreError>;

    /// Replaces the whole catalogue. Permissions that tokens hold are left as they are.
    async fn replace_catalogue(&self, catalogue: &Catalogue, event: &Event) -> Result<(), StoreError>;
}

/// Everything that is kept. Written in parts, one for each noun, so that each stands in a file of its own.
pub trait Store: TokenStore + CatalogueStore {}

impl<T: TokenStore + CatalogueStore> Store for T {}
