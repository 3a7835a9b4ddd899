//! Whether the data can be written, and how far time has come.

use super::StoreError;
use crate::domain::Timestamp;
use async_trait::async_trait;

#[async_trait]
pub trait HeartbeatStore: Send + Sync {
    /// Writes what time it is, which is neither an event nor a change that anybody has to learn of. Says the latest time
    /// that was ever written, by whichever process.
    async fn beat(&self, now: Timestamp) -> Result<Timestamp, StoreError>;

    /// The latest time that was ever written, by whichever process. Writes nothing.
    async fn latest_beat(&self) -> Result<Option<Timestamp>, StoreError>;
}
