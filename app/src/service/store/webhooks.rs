//! Storage of webhooks and of the last messages to each.

use super::{Lease, StoreError};
use crate::domain::{Delivery, Event, Timestamp, Webhook, WebhookId, WebhookTerms};
use crate::service::SigningKey;
use async_trait::async_trait;
use uuid::Uuid;

/// What a message needs to know.
pub struct Addressee {
    pub webhook: Webhook,
    pub key: SigningKey,
    /// The key before it, and until when messages are signed with both.
    pub old: Option<(SigningKey, Timestamp)>,
}

#[async_trait]
pub trait WebhookStore: Send + Sync {
    /// All webhooks, the newest first.
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError>;

    async fn webhook(&self, id: WebhookId) -> Result<Webhook, StoreError>;

    /// Adds a webhook, which hears of everything from `event` on. [`StoreError::Full`] if there are `most` already.
    async fn insert_webhook(
        &self,
        webhook: &Webhook,
        key: &SigningKey,
        most: u32,
        event: &Event,
    ) -> Result<(), StoreError>;

    /// Changes name, URL and what is heard, and pauses or resumes it. [`StoreError::Outdated`] if it has another version
    /// by now. What is being sent meanwhile is sent again by the new terms.
    async fn change_webhook(
        &self,
        id: WebhookId,
        version: i64,
        terms: &WebhookTerms,
        paused_at: Option<Timestamp>,
        event: &Event,
    ) -> Result<(), StoreError>;

    /// Gives it another key. Until `old_ends_at`, messages are signed with both.
    async fn replace_signing_key(
        &self,
        id: WebhookId,
        key: &SigningKey,
        old_ends_at: Timestamp,
        event: &Event,
    ) -> Result<(), StoreError>;

    async fn delete_webhook(&self, id: WebhookId, event: &Event) -> Result<(), StoreError>;

    /// The last messages, the newest line first.
    async fn deliveries(&self, id: WebhookId) -> Result<Vec<Delivery>, StoreError>;

    /// Has a message sent again, or tried now if it was not delivered. [`StoreError::NoSuchDelivery`] if it is not among
    /// the last ones, or its line was archived.
    async fn send_again(&self, id: WebhookId, line: i64, event: &Event) -> Result<(), StoreError>;

    /// Where messages go, and the lines that somebody has asked for once more.
    async fn addressee(&self, id: WebhookId) -> Result<(Addressee, Vec<i64>), StoreError>;

    /// Notes an attempt. With a delivered next line, the webhook has everything up to it, and the lease is extended.
    /// `false` if the lease was lost, or the webhook paused or changed.
    async fn note_delivery(
        &self,
        id: WebhookId,
        lease: Lease,
        delivery: &Delivery,
        is_next: bool,
    ) -> Result<bool, StoreError>;

    /// Pauses it, since every attempt has failed for too long.
    async fn give_up(&self, id: WebhookId, holder: Uuid, event: &Event) -> Result<(), StoreError>;
}
