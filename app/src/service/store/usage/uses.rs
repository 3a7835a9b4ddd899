//! Storage of uses, as counts by the hour. No verdict depends on them.

use crate::domain::{RecentUse, Timestamp, TokenId, Verdict};
use crate::service::store::StoreError;
use async_trait::async_trait;
use std::collections::HashMap;
use uuid::Uuid;

/// The number of uses of one secret in one way in one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UseCount {
    /// The nil id for what was nobody's secret.
    pub secret: Uuid,
    /// The beginning of the hour.
    pub hour: Timestamp,
    pub verdict: Verdict,
    /// The wanted permissions, separated by spaces.
    pub permission: String,
    /// Empty when it was not given.
    pub address: String,
    pub client: String,
    pub count: u64,
}

/// The last use at which a secret was found valid, and for whom.
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
    /// Adds these counts to the stored ones, several of one kind too, and to the totals of everybody and of the present
    /// owner of the token. A secret that was valid for asking about others is not in any total: what it asked about is.
    /// The last use of a secret and of its token moves forward only; it changes no version, and no
    /// [`crate::service::store::Watcher`] is told.
    async fn add_uses(&self, counts: &[UseCount], latest: &[LatestUse]) -> Result<(), StoreError>;

    /// The number of valid uses of any secret of each of these tokens in the hours that began after this moment, and
    /// the number of addresses that they came from. Tokens without a valid use are left out.
    async fn recent_uses(
        &self,
        tokens: &[TokenId],
        after: Timestamp,
    ) -> Result<HashMap<TokenId, RecentUse>, StoreError>;

    /// Forgets at most `limit` rows of hours that began before this moment, totals after the last of their counts, and
    /// returns how many.
    async fn forget_uses(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;
}
