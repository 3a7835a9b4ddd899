//! Storage of short-lived tokens, for which somebody has exchanged a token of their CI's or cluster's.

use crate::domain::{Event, Person, Timestamp, Token};
use crate::service::store::{NewToken, StoreError};
use async_trait::async_trait;

#[async_trait]
pub trait ExchangeStore: Send + Sync {
    /// The person whose e-mail address has this key, or else the service account whose name has that one.
    async fn account_named(&self, email_key: &str, name_key: &str) -> Result<Option<Person>, StoreError>;

    /// Like `insert_token`, for a token that is deleted once it is over; with the rule by which it was made.
    async fn insert_exchanged(
        &self,
        new: &NewToken,
        rule: &str,
        event: &Event,
        first: &Event,
    ) -> Result<Token, StoreError>;

    /// When a token was last made by this trust rule.
    async fn last_exchanged(&self, rule: &str) -> Result<Option<Timestamp>, StoreError>;

    /// Deletes the short-lived tokens that are over at `event.at`, and returns how many. Without any, there is no event.
    async fn end_exchanged(&self, now: Timestamp, event: &Event) -> Result<u64, StoreError>;
}
