//! Storage of the secret before a rotation, until it ends. Every method takes the scope of its caller: what lies
//! outside is not found.

use crate::domain::{Event, OldSecret, PersonId, Scope, Timestamp, Token, TokenId, TokenName};
use crate::service::store::StoreError;
use async_trait::async_trait;
use uuid::Uuid;

/// The end of a retiring secret, before its time.
#[derive(Clone, Copy, Debug)]
pub struct OldSecretEnd {
    pub id: TokenId,
    pub scope: Scope,
    /// `None` is the operator.
    pub by: Option<PersonId>,
    pub at: Timestamp,
}

/// The end of a rotation's new secret, if the token still has the version that the rotation gave it.
#[derive(Clone, Copy, Debug)]
pub struct RotationTakenBack {
    pub id: TokenId,
    pub scope: Scope,
    pub version: i64,
    pub at: Timestamp,
}

/// A retiring secret that nobody has presented for long enough to end it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietSecret {
    pub secret: Uuid,
    pub token: TokenId,
    pub name: TokenName,
    pub quiet_ms: i64,
}

#[async_trait]
pub trait RetiringStore: Send + Sync {
    /// The retiring secret of a live token, if one works at this moment, with at most `limit` of those who have
    /// presented it since the hour of the rotation.
    async fn old_secret(
        &self,
        id: TokenId,
        scope: Scope,
        now: Timestamp,
        limit: usize,
    ) -> Result<Option<OldSecret>, StoreError>;

    /// Revokes the retiring secret and raises the version of its token by one; the current secret stays as it is.
    /// `NotFound` when none works at this moment.
    async fn end_old_secret(&self, end: &OldSecretEnd, event: &Event) -> Result<Token, StoreError>;

    /// Revokes the current secret and raises the version of its token by one. The secret before it is current again,
    /// and one that its rotation revoked works until its own end. `VersionConflict` when the version is another one;
    /// `NotFound` when the current secret did not come from a rotation.
    async fn take_back_rotation(&self, back: &RotationTakenBack, event: &Event) -> Result<Token, StoreError>;

    /// Up to `limit` retiring secrets of live tokens that work at this moment and end before their time: nobody has
    /// presented them for long enough, whatever the verdict was, and the rotation is as long ago. Of uses that were not
    /// found valid only the hour is known: they count as of its end. Silence for longer than `heard_ms` is not known at
    /// all.
    async fn quiet_secrets(
        &self,
        now: Timestamp,
        heard_ms: i64,
        limit: u32,
    ) -> Result<Vec<QuietSecret>, StoreError>;

    /// Revokes the secret and raises the version of its token by one, if all conditions of [`Self::quiet_secrets`]
    /// still hold when the event happens; otherwise `NotFound`.
    async fn end_quiet_secret(
        &self,
        secret: &QuietSecret,
        heard_ms: i64,
        event: &Event,
    ) -> Result<(), StoreError>;
}
