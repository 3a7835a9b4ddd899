//! All about one token, read at one moment, and the uses of many, added up.

use crate::domain::{ActivityRange, Scope, Timestamp, TokenId, TokenRecord, UseTotals};
use crate::service::store::StoreError;
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

    /// The verifications of everybody's tokens, or of one person's, from the first step of the range on. A person's are
    /// those of the tokens that they had at that time; what was nobody's secret is among everybody's only.
    async fn use_totals(
        &self,
        scope: Scope,
        range: ActivityRange,
        now: Timestamp,
    ) -> Result<UseTotals, StoreError>;
}
