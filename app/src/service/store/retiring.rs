//! The secret that a rotation has left, kept until it ends. Every method takes the scope of its caller: what lies
//! outside is not found.

use super::StoreError;
use crate::domain::{Event, OldSecret, Scope, Timestamp, Token, TokenId};
use async_trait::async_trait;

/// The end of a secret that retires, before its time.
#[derive(Clone, Copy, Debug)]
pub struct OldSecretEnd {
    pub id: TokenId,
    pub scope: Scope,
    pub at: Timestamp,
}

#[async_trait]
pub trait RetiringStore: Send + Sync {
    /// The secret of a live token that retires, if one works at this moment, with at most so many of those who have
    /// presented it since the hour of the rotation.
    async fn old_secret(
        &self,
        id: TokenId,
        scope: Scope,
        now: Timestamp,
        limit: usize,
    ) -> Result<Option<OldSecret>, StoreError>;

    /// Revokes the secret that retires and raises the version of its token by one; the current secret stays as it is.
    /// `NotFound` when none works at this moment.
    async fn end_old_secret(&self, end: &OldSecretEnd, event: &Event) -> Result<Token, StoreError>;
}
