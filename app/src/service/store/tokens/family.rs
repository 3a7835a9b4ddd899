//! Which token made which. It stays so, whoever they belong to and whatever becomes of them.

use crate::domain::{Scope, Token, TokenId};
use crate::service::store::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait FamilyStore: Send + Sync {
    /// Up to `limit` live tokens in scope that this token made, or that were made by one of those, however the ones in
    /// between stand.
    async fn descendants(&self, id: TokenId, scope: Scope, limit: u32) -> Result<Vec<Token>, StoreError>;
}
