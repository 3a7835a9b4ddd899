//! Storage of tokens. Every method takes the scope of its caller: what lies outside is not found.

use crate::domain::{
    Event, Owner, PersonId, Scope, SecretHint, Timestamp, Token, TokenDetails, TokenFilter, TokenId,
    TokenList, TokenQuery,
};
use crate::service::KeyDigest;
use crate::service::store::StoreError;
use async_trait::async_trait;

/// A token about to be recorded.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub id: TokenId,
    pub owner: PersonId,
    /// The token that makes it, if one does.
    pub parent: Option<TokenId>,
    pub details: TokenDetails,
    /// The key that is shared by names that look alike.
    pub name_key: String,
    pub digest: KeyDigest,
    pub hint: SecretHint,
    pub at: Timestamp,
    /// Most live tokens of its owner then; `None` means no limit.
    pub most: Option<u32>,
    pub once: Option<IdempotencyKey>,
}

/// A change that is to happen once, however often it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey {
    /// The token that asks.
    pub caller: TokenId,
    /// The key that it has chosen for this request.
    pub key: KeyDigest,
    /// Everything that it asks for.
    pub request: KeyDigest,
    /// Changes before this moment are not remembered.
    pub since: Timestamp,
}

/// The one who ends something, in the form that is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ender {
    /// `None` is the operator.
    pub person: Option<PersonId>,
    /// Whether they manage everybody's tokens and this is not their own. Then nobody else can undo it.
    pub is_admin: bool,
}

/// An edit of a token that had `version` when it began.
#[derive(Clone, Debug)]
pub struct TokenChange {
    pub id: TokenId,
    pub scope: Scope,
    pub version: i64,
    pub details: TokenDetails,
    pub name_key: String,
    pub at: Timestamp,
    pub once: Option<IdempotencyKey>,
}

/// The end of a token that had `version` when it was asked for; without a version, whichever it has.
#[derive(Clone, Copy, Debug)]
pub struct TokenRemoval {
    pub id: TokenId,
    pub scope: Scope,
    pub version: Option<i64>,
    pub by: Ender,
    pub at: Timestamp,
    pub once: Option<IdempotencyKey>,
}

/// A new secret for a token that had `version` when it began.
#[derive(Clone, Debug)]
pub struct Rotation {
    pub id: TokenId,
    pub scope: Scope,
    pub version: i64,
    pub digest: KeyDigest,
    pub hint: SecretHint,
    /// The end of the secret before this one; at once, when that is not after `at`.
    pub old_ends_at: Timestamp,
    /// The time without anybody presenting that secret after which it ends early, in milliseconds.
    pub quiet_ms: Option<i64>,
    pub at: Timestamp,
    pub once: Option<IdempotencyKey>,
}

/// Disables or enables a token that had `version` when it was asked for; without a version, whichever it has.
#[derive(Clone, Copy, Debug)]
pub struct DisabledChange {
    pub id: TokenId,
    pub scope: Scope,
    pub version: Option<i64>,
    pub is_disabled: bool,
    /// The one who disables it. Enabling a token remembers nobody.
    pub by: Ender,
    pub at: Timestamp,
    pub once: Option<IdempotencyKey>,
}

#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The live token with this id; `NotFound` for one that never existed, is deleted, or is out of scope.
    async fn token(&self, id: TokenId, scope: Scope) -> Result<Token, StoreError>;

    /// The tokens among these that are live and in scope, in no particular order.
    async fn tokens_among(&self, ids: &[TokenId], scope: Scope) -> Result<Vec<Token>, StoreError>;

    /// Number of live tokens in scope, counting up to `max` and no further.
    async fn count_tokens(&self, scope: Scope, max: u64) -> Result<u64, StoreError>;

    /// Number of live tokens in scope that fit a filter, counting up to `max` and no further.
    async fn count_matching(
        &self,
        scope: Scope,
        filter: &TokenFilter,
        now: Timestamp,
        max: u64,
    ) -> Result<u64, StoreError>;

    /// A page of the live tokens that a query asks for, with their status at `now`. While pages are turned, no row that
    /// keeps its place is missed or shown twice, whatever is created or deleted meanwhile. Tokens without the value
    /// that the list is sorted by come last.
    async fn list_tokens(
        &self,
        scope: Scope,
        query: &TokenQuery,
        now: Timestamp,
    ) -> Result<TokenList, StoreError>;

    /// The uses of these tokens in every hour since `since`, the beginning of one: whether they were valid, and how
    /// many there were. Uses of all secrets of a token count.
    async fn hours_of_use(
        &self,
        tokens: &[TokenId],
        since: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp, bool, u64)>, StoreError>;

    /// The last valid use of the retiring secret of each of these tokens, if there was one; nothing about other tokens.
    async fn old_uses(
        &self,
        tokens: &[TokenId],
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Option<Timestamp>)>, StoreError>;

    /// The people who have live tokens, by name, at most `limit`.
    async fn token_owners(&self, limit: u32) -> Result<Vec<Owner>, StoreError>;

    /// Does any token have metadata, deleted ones included?
    async fn has_metadata(&self) -> Result<bool, StoreError>;

    /// The token that was made or changed with this key, even if it is deleted by now; `KeyReused` when something else
    /// was asked for with it.
    async fn done_before(&self, once: &IdempotencyKey) -> Result<Option<TokenId>, StoreError>;

    /// Remembers that a change was done and had nothing to change. `DoneBefore` and `KeyReused` as with every change.
    async fn note_done(&self, once: &IdempotencyKey, token: TokenId, at: Timestamp)
    -> Result<(), StoreError>;

    // A change with a `once` remembers it in its own transaction, and forgets keys whose time is over. When the same
    // was done before with the same key, it changes nothing and answers `DoneBefore`; of several at the same time, one
    // does it. When something else was asked for with the key, `KeyReused`.

    /// The live token of this owner whose name has this key.
    async fn token_named(&self, owner: PersonId, name_key: &str) -> Result<Option<Token>, StoreError>;

    /// Records a token with its first secret, at version 1. `NameTaken` when a live token of the same owner has
    /// the same key, `OwnerFull` when they would have more than `most`. `ParentEnded` when the token that makes it is
    /// disabled or deleted by now, `NoSuchAccount` when its owner is, or is out of scope.
    async fn insert_token(&self, token: &NewToken, scope: Scope, event: &Event) -> Result<Token, StoreError>;

    /// Replaces the details and raises the version by one. `VersionConflict` with what is stored now when the
    /// version is another one; `NameTaken` when another live token of the same owner has the same key.
    async fn update_token(&self, change: &TokenChange, event: &Event) -> Result<Token, StoreError>;

    /// Revokes all secrets of the token and leaves a tombstone that frees its name and says who did it. `NotFound` the
    /// second time; `VersionConflict` when the version is another one.
    async fn delete_token(&self, removal: &TokenRemoval, event: &Event) -> Result<(), StoreError>;

    /// Gives the token a new current secret. The one before works until its end; one that was retiring already is
    /// revoked. A token that is disabled only since its secret was exposed works again. `VersionConflict` when the version
    /// is another one.
    async fn rotate_token(&self, rotation: &Rotation, event: &Event) -> Result<Token, StoreError>;

    /// Disables a token, remembering who did it, or enables it, and raises the version by one. `VersionConflict` when
    /// the version is another one.
    async fn set_disabled(&self, change: &DisabledChange, event: &Event) -> Result<Token, StoreError>;
}
