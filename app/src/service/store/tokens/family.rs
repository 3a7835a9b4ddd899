//! The record of which token made which. It stays, whoever the tokens belong to and whatever becomes of them.

use crate::domain::{Scope, Token, TokenId};
use crate::service::store::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait FamilyStore: Send + Sync {
    /// Up to `limit` live tokens in scope that this token made, directly or through others, whatever the state of those
    /// in between.
    async fn descendants(&self, id: TokenId, scope: Scope, limit: u32) -> Result<Vec<Token>, StoreError>;
}
