//! Webhooks: URLs that lines of the audit log are sent to.

mod address;
mod delivery;
mod forms;
mod webhook;

pub use address::is_public;
pub use delivery::Delivery;
pub use forms::{AboutWebhook, SendAgain, WebhookData, WebhookEdit, WebhookForm, WebhookTerms, WebhooksData};
pub use webhook::{Heard, Sending, Webhook, WebhookState};
