//! Everything about one token, read at one moment, and totals of the uses of many.

use crate::domain::{Scope, Timestamp, TokenId, TokenRecord, UsageRange, UseTotals};
use crate::service::store::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait UsageStore: Send + Sync {
    /// The live token with everything stored about it except the audit log; `NotFound` for one that never existed, is
    /// deleted, or is out of scope. Uses count from the first step of the range on, those of all secrets that the token
    /// ever had. A permission was exercised when a valid use wanted it within the last month. The rows read of each
    /// kind are bounded, and their number is counted.
    async fn token_record(
        &self,
        id: TokenId,
        scope: Scope,
        range: UsageRange,
        now: Timestamp,
    ) -> Result<TokenRecord, StoreError>;

    /// The verifications of everybody's tokens, or of one person's, from the first step of the range on. A person's are
    /// those of the tokens that they had at that time. Uses of nobody's secret are among everybody's only.
    async fn use_totals(
        &self,
        scope: Scope,
        range: UsageRange,
        now: Timestamp,
    ) -> Result<UseTotals, StoreError>;
}
