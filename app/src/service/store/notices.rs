//! Storage of what people are to be told by mail, and of how they want to be told.

use super::{Lease, StoreError};
use crate::domain::{About, Event, How, PersonId, Timestamp, TokenId, Whose};
use async_trait::async_trait;
use uuid::Uuid;

/// An event that somebody may be told of.
#[derive(Clone, Debug)]
pub struct Telling {
    pub line: i64,
    pub about: About,
    pub token: Option<TokenId>,
    /// The person it was done to.
    pub person: Option<PersonId>,
    pub actor: Option<PersonId>,
}

/// A valid use of a secret from a network.
#[derive(Clone, Debug)]
pub struct SeenNetwork {
    pub secret: Uuid,
    pub network: String,
    pub address: String,
}

/// Everything that one person is to be told now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueNotices {
    pub person: PersonId,
    pub email: String,
    pub is_disabled: bool,
    pub lines: Vec<i64>,
}

#[async_trait]
pub trait NoticeStore: Send + Sync {
    /// Notes who is to be told of these events, and that all lines up to `line` were looked at. People are told as they
    /// have chosen: at `now`, or in their next daily mail. `false` if the lease was lost.
    async fn note_tellings(
        &self,
        lease: Lease,
        tellings: &[Telling],
        line: i64,
        now: Timestamp,
        daily_at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Who is to be told something by now.
    async fn notices_due(&self, now: Timestamp, limit: u32) -> Result<Vec<DueNotices>, StoreError>;

    /// Forgets what a person was told.
    async fn forget_notices(&self, told: &DueNotices) -> Result<(), StoreError>;

    /// Puts off what a person could not be told.
    async fn postpone_notices(&self, person: PersonId, due_at: Timestamp) -> Result<(), StoreError>;

    /// What a person has chosen.
    async fn told_how(&self, person: PersonId) -> Result<Vec<(String, String, String)>, StoreError>;

    async fn save_told_how(
        &self,
        person: PersonId,
        choices: &[(Whose, About, How)],
        event: &Event,
    ) -> Result<(), StoreError>;

    /// Live tokens that end within so many days, were made before that, and of which this was not said yet.
    async fn expiring_unsaid(
        &self,
        now: Timestamp,
        days: i64,
        limit: u32,
    ) -> Result<Vec<(TokenId, Timestamp)>, StoreError>;

    /// Notes the networks that tokens were used from, up to a hundred for each. A new one leaves its line, about the token,
    /// unless it is the first. No [`crate::service::store::Watcher`] is told.
    async fn note_networks(&self, seen: &[SeenNetwork], lines: &[Event]) -> Result<(), StoreError>;

    /// Has this person signed in with a browser that is remembered?
    async fn has_browsers(&self, person: PersonId) -> Result<bool, StoreError>;

    /// Notes that it was said, with the event: `false` if another process was first.
    async fn say_expiring(
        &self,
        token: TokenId,
        expires_at: Timestamp,
        days: i64,
        event: &Event,
    ) -> Result<bool, StoreError>;
}
