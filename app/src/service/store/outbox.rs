//! Storage of who follows the audit log, and up to which line. One process at a time sends to each.

use super::StoreError;
use crate::domain::Timestamp;
use async_trait::async_trait;
use uuid::Uuid;

/// What a follower is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowerKind {
    /// The standard output of one of the processes.
    Output,
    /// The people who are told by mail.
    Mail,
    Webhook,
}

impl FollowerKind {
    pub const ALL: [Self; 3] = [Self::Output, Self::Mail, Self::Webhook];

    /// The stable name, as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Output => "output",
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The id of the one follower of this kind; that of a webhook is its own.
    pub const fn only(self) -> Uuid {
        Uuid::from_u128(match self {
            Self::Output => 1,
            Self::Mail => 2,
            Self::Webhook => 0,
        })
    }
}

/// Somebody who follows the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    pub id: Uuid,
    pub kind: FollowerKind,
    /// The last line that it has.
    pub line: i64,
    /// Attempts in a row that failed.
    pub failures: u32,
    /// Since when they failed.
    pub failing_since: Option<Timestamp>,
}

/// A process and the time until which it alone sends to a follower.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    pub holder: Uuid,
    pub until: Timestamp,
}

#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Adds the one follower of this kind, unless it is there. It has the lines up to `line`.
    async fn begin_to_follow(&self, kind: FollowerKind, line: i64) -> Result<(), StoreError>;

    /// What was wrong with the last attempt, and since when every attempt has failed; `None` if nobody has begun to
    /// follow under this id.
    async fn follower(&self, id: Uuid) -> Result<Option<(String, Option<Timestamp>)>, StoreError>;

    /// The followers who have something to get now, and to whom nobody but `holder` sends.
    async fn followers_due(
        &self,
        holder: Uuid,
        now: Timestamp,
    ) -> Result<Vec<(Uuid, FollowerKind)>, StoreError>;

    /// Takes or extends the lease, unless somebody else has it or nothing is to be sent; and says what is so then.
    async fn lease_follower(
        &self,
        id: Uuid,
        lease: Lease,
        now: Timestamp,
    ) -> Result<Option<Follower>, StoreError>;

    /// Notes that the follower has every line up to `line`, and extends the lease: `false` if it was lost.
    async fn note_followed(&self, id: Uuid, lease: Lease, line: i64) -> Result<bool, StoreError>;

    /// Notes that an attempt failed, and when the next one is due. The lease ends.
    async fn note_unsent(
        &self,
        follower: &Follower,
        holder: Uuid,
        now: Timestamp,
        due_at: Timestamp,
        trouble: &str,
    ) -> Result<(), StoreError>;

    /// Ends the lease, if this process has it.
    async fn release_follower(&self, id: Uuid, holder: Uuid) -> Result<(), StoreError>;
}
