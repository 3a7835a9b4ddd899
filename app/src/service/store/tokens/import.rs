//! Storage of tokens that were made elsewhere. Their secrets may have any shape.

use crate::domain::Event;
use crate::service::store::{NewToken, StoreError};
use async_trait::async_trait;

/// The part of a token to import that a stored one has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportClash {
    /// A live token of the same owner has the same key of its name.
    Name,
    /// A secret has the same digest, whether revoked or not.
    Digest,
}

#[async_trait]
pub trait ImportStore: Send + Sync {
    /// Records all of these, each with its event, or none. Answers with the places of those that cannot be recorded,
    /// and why. `OwnerFull` when their owner would have more than `most`. A rehearsal records nothing and gives the
    /// same answer.
    async fn import_tokens(
        &self,
        new: &[(NewToken, Event)],
        is_rehearsal: bool,
    ) -> Result<Vec<(usize, ImportClash)>, StoreError>;
}
