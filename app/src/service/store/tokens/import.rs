//! Tokens that were made elsewhere, kept. Their secrets may have any shape.

use crate::domain::Event;
use crate::service::store::{NewToken, StoreError};
use async_trait::async_trait;

/// What a token that is to be imported has in common with one that is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportClash {
    /// A live token of the same owner has the same key of its name.
    Name,
    /// A secret has the same digest, be it revoked or not.
    Digest,
}

#[async_trait]
pub trait ImportStore: Send + Sync {
    /// Records all of these, each with its event, or none: when some cannot be, it says which ones, by their place, and
    /// why. `OwnerFull` when their owner would have more than `most`. A rehearsal records nothing and says the same.
    async fn import_tokens(
        &self,
        new: &[(NewToken, Event)],
        is_rehearsal: bool,
    ) -> Result<Vec<(usize, ImportClash)>, StoreError>;
}
