//! Webhooks: which there are, and what was sent to each.

mod manage;

pub use manage::NewWebhook;
