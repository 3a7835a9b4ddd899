//! Uses, kept as counts by the hour. No verdict depends on them.

use crate::domain::{RecentUse, Timestamp, TokenId, Verdict};
use crate::service::store::StoreError;
use async_trait::async_trait;
use std::collections::HashMap;
use uuid::Uuid;

/// How often one secret was used in one way in one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseCount {
    /// The id of zeros for what was nobody's secret.
    pub secret: Uuid,
    /// When the hour began.
    pub hour: Timestamp,
    pub verdict: Verdict,
    /// What was wanted, separated by spaces.
    pub permission: String,
    /// Empty when it was not said.
    pub address: String,
    pub client: String,
    pub count: u64,
}

/// When a secret was last found valid, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatestUse {
    pub secret: Uuid,
    pub token: TokenId,
    pub at: Timestamp,
    pub address: String,
    pub client: String,
}

#[async_trait]
pub trait UseStore: Send + Sync {
    /// Adds these counts to those that are there, and to the totals of everybody and of whoever has the token now. A
    /// secret that was valid for asking about others is in no total: what it asked about is. The last use of a secret
    /// and of its token moves forward only; it changes no version, and no [`crate::service::store::Watcher`] is told.
    async fn add_uses(&self, counts: &[UseCount], latest: &[LatestUse]) -> Result<(), StoreError>;

    /// How often any secret of each of these tokens was found valid in the hours that began after this moment, and from
    /// how many addresses. Those that were not are left out.
    async fn recent_uses(
        &self,
        tokens: &[TokenId],
        after: Timestamp,
    ) -> Result<HashMap<TokenId, RecentUse>, StoreError>;

    /// Forgets at most `limit` rows of hours that began before this moment, totals after the last of their counts, and
    /// says how many.
    async fn forget_uses(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;
}
