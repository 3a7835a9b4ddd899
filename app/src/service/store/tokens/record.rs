//! Tokens, kept. Every method takes the scope of its caller: what lies outside is not found.

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
    /// What two names share that look alike.
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
    /// The key that it has chosen for what it asks.
    pub key: KeyDigest,
    /// All that it asks for.
    pub request: KeyDigest,
    /// What was done before this moment is not remembered.
    pub since: Timestamp,
}

/// Who ends something, as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ender {
    /// Nobody is the operator.
    pub person: Option<PersonId>,
    /// Do they manage everybody's tokens, and is this not their own? Then nobody else begins it again.
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

/// The end of a token that had `version` when it was asked for. Without one, whichever it has.
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
    /// When the secret before this one stops working; at once, when that is not after `at`.
    pub old_ends_at: Timestamp,
    /// How long nobody may present that one, for it to end before.
    pub quiet_ms: Option<i64>,
    pub at: Timestamp,
    pub once: Option<IdempotencyKey>,
}

/// Disables or enables a token that had `version` when it was asked for. Without one, whichever it has.
#[derive(Clone, Copy, Debug)]
pub struct DisabledChange {
    pub id: TokenId,
    pub scope: Scope,
    pub version: Option<i64>,
    pub is_disabled: bool,
    /// Who disables it; nothing is remembered of an enabled token.
    pub by: Ender,
    pub at: Timestamp,
    pub once: Option<IdempotencyKey>,
}

#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The live token with this id; `NotFound` for one that never was, that is deleted, or is out of scope.
    async fn token(&self, id: TokenId, scope: Scope) -> Result<Token, StoreError>;

    /// Those of these tokens that are live and in scope, in no order.
    async fn tokens_among(&self, ids: &[TokenId], scope: Scope) -> Result<Vec<Token>, StoreError>;

    /// How many live tokens there are, counting up to `max` and no further.
    async fn count_tokens(&self, scope: Scope, max: u64) -> Result<u64, StoreError>;

    /// How many live tokens fit a filter, counting up to `max` and no further.
    async fn count_matching(
        &self,
        scope: Scope,
        filter: &TokenFilter,
        now: Timestamp,
        max: u64,
    ) -> Result<u64, StoreError>;

    /// A page of the live tokens that a query asks for; `now` is what their status depends on. No row is missed or
    /// shown twice while pages are turned, as long as it keeps its place, whatever is created or deleted meanwhile.
    /// Those that lack what the list is sorted by come last.
    async fn list_tokens(
        &self,
        scope: Scope,
        query: &TokenQuery,
        now: Timestamp,
    ) -> Result<TokenList, StoreError>;

    /// How these tokens were used in every hour since one began: whether it was valid, and how often. Uses of all
    /// their secrets count.
    async fn hours_of_use(
        &self,
        tokens: &[TokenId],
        since: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp, bool, u64)>, StoreError>;

    /// When the secrets of these tokens that retire were last found valid, if they were; nothing about others.
    async fn old_uses(
        &self,
        tokens: &[TokenId],
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Option<Timestamp>)>, StoreError>;

    /// Those who have live tokens, by their names, `limit` of them at most.
    async fn token_owners(&self, limit: u32) -> Result<Vec<Owner>, StoreError>;

    /// The token that was made or changed with this key, deleted ones included; `KeyReused` when something else was
    /// asked for with it.
    async fn done_before(&self, once: &IdempotencyKey) -> Result<Option<TokenId>, StoreError>;

    /// Remembers that this was done, and had nothing to change. `DoneBefore` and `KeyReused` as with every change.
    async fn note_done(&self, once: &IdempotencyKey, token: TokenId, at: Timestamp)
    -> Result<(), StoreError>;

    // Each change that has a `once` remembers it in its own transaction, and forgets keys whose time is over. When the
    // same was done before with the same one, it changes nothing and answers `DoneBefore`; of several at the same time,
    // one does it. When something else was asked for with it, `KeyReused`.

    /// The live token of this owner whose name has this key.
    async fn token_named(&self, owner: PersonId, name_key: &str) -> Result<Option<Token>, StoreError>;

    /// Records a token with its first secret, at version 1. `NameTaken` when a live token of the same owner has
    /// the same key, `OwnerFull` when they would have more than `most`. `ParentEnded` when the token that makes it is
    /// disabled or deleted by now.
    async fn insert_token(&self, token: &NewToken, event: &Event) -> Result<Token, StoreError>;

    /// Replaces the details and raises the version by one. `VersionConflict` with what is stored now when the
    /// version is another one; `NameTaken` when another live token of the same owner has the same key.
    async fn update_token(&self, change: &TokenChange, event: &Event) -> Result<Token, StoreError>;

    /// Revokes all secrets of the token and leaves a tombstone that frees its name and says who did it. `NotFound` the second time;
    /// `VersionConflict` when the version is another one.
    async fn delete_token(&self, removal: &TokenRemoval, event: &Event) -> Result<(), StoreError>;

    /// Gives the token a new current secret. The one before goes on working until it is told to end, one that was
    /// retiring already is revoked. `VersionConflict` when the version is another one.
    async fn rotate_token(&self, rotation: &Rotation, event: &Event) -> Result<Token, StoreError>;

    /// Disables a token, remembering who did it, or enables it, and raises the version by one. `VersionConflict` when
    /// the version is another
    /// one.
    async fn set_disabled(&self, change: &DisabledChange, event: &Event) -> Result<Token, StoreError>;
}
