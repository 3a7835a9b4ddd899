//! Whether the data can be written, and the latest time that was written.

use super::StoreError;
use crate::domain::Timestamp;
use async_trait::async_trait;

#[async_trait]
pub trait HeartbeatStore: Send + Sync {
    /// Writes the time, which is neither an event nor a change that anybody has to learn of. Returns the latest time
    /// that was ever written, by whichever process.
    async fn beat(&self, now: Timestamp) -> Result<Timestamp, StoreError>;

    /// The latest time that was ever written, by whichever process. Writes nothing.
    async fn latest_beat(&self) -> Result<Option<Timestamp>, StoreError>;
}
