//! All about one token, read at one moment.

use super::StoreError;
use crate::domain::{ActivityRange, Scope, Timestamp, TokenId, TokenRecord};
use async_trait::async_trait;

#[async_trait]
pub trait ActivityStore: Send + Sync {
    /// The live token with what is kept about it, but for the audit log; `NotFound` for one that never was, that is
    /// deleted, or is out of scope. Uses count from the first step of the range on, those of all secrets that the
    /// token ever had; permissions were exercised when they were wanted by a valid use within the last month. What
    /// is read of each kind is bounded, and how many there are is counted.
    async fn token_record(
        &self,
        id: TokenId,
        scope: Scope,
        range: ActivityRange,
        now: Timestamp,
    ) -> Result<TokenRecord, StoreError>;
}
