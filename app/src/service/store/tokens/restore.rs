//! Deleted tokens, kept so that they can be brought back. Every method takes the scope of its caller: what lies outside
//! is not found.

use crate::domain::{
    Cursor, DeletedToken, Event, Holder, Page, PermissionSet, Scope, SecretHint, Timestamp, Token, TokenId,
    TokenName,
};
use crate::service::KeyDigest;
use crate::service::store::StoreError;
use async_trait::async_trait;

/// The return of a token that was deleted after `since`.
#[derive(Clone, Debug)]
pub struct Restoration {
    pub id: TokenId,
    pub scope: Scope,
    pub since: Timestamp,
    /// The version that it had when its return was asked for.
    pub version: i64,
    /// Its permissions and its end from now on.
    pub permissions: PermissionSet,
    pub expires_at: Option<Timestamp>,
    /// Most live tokens of its owner then; `None` means no limit.
    pub most: Option<u32>,
    /// Its name from now on, and the key that is shared by names that look alike.
    pub name: TokenName,
    pub name_key: String,
    /// Of its new secret.
    pub digest: KeyDigest,
    pub hint: SecretHint,
    pub at: Timestamp,
}

#[async_trait]
pub trait RestoreStore: Send + Sync {
    /// Up to `limit` tokens that were deleted after this moment, beside a cursor; the last to be deleted first.
    /// No row is missed or shown twice while pages are turned, whatever is deleted or brought back meanwhile.
    async fn deleted_tokens(
        &self,
        scope: Scope,
        since: Timestamp,
        cursor: &Cursor,
        limit: u32,
    ) -> Result<Page<DeletedToken>, StoreError>;

    /// The deleted token with this id, however long ago it was deleted; `NotFound` for one that is live, never existed,
    /// or is out of scope.
    async fn deleted_token(&self, id: TokenId, scope: Scope) -> Result<DeletedToken, StoreError>;

    /// Brings the token back with everything else that it had and one new secret, and raises the version by one. Its
    /// earlier secrets stay revoked. `NameTaken` when a live token of the same owner has the same key; `OwnerFull` when
    /// they would have more than `most`; `NotFound` when it is live, has another version, was deleted too long ago, or
    /// is out of scope.
    async fn restore_token(&self, restoration: &Restoration, event: &Event) -> Result<Token, StoreError>;

    /// Up to `limit` tokens that were deleted after the first moment and not after the second one; the last to be
    /// deleted first.
    async fn deleted_between(
        &self,
        after: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Holder>, StoreError>;
}
