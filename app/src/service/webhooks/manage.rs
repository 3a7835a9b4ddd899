//! Setting webhooks up, and looking at how they do. The audit log leaves by them, so this is for admins, and a change asks
//! for a recent sign-in as an export does.

use crate::domain::{
    Caller, Error, EventKind, Right, SIGNED_TWICE_MS, SendAgain, Sending, Target, Timestamp, WEBHOOKS_MAX,
    Webhook, WebhookData, WebhookEdit, WebhookForm, WebhookId, WebhookTerms, WebhooksData,
};
use crate::service::{Service, SigningKey, crypto};
use serde_json::{Value, json};

/// A webhook, and the key that its messages are signed with. It is shown once.
pub struct NewWebhook {
    pub webhook: Webhook,
    pub key: SigningKey,
}

impl Service {
    pub async fn webhooks(&self, caller: &Caller) -> Result<WebhooksData, Error> {
        self.require(caller, Right::SeeWebhooks, Target::Nothing).await?;
        Ok(WebhooksData { webhooks: self.store.webhooks().await? })
    }

    /// For a prompt that has nothing to read.
    pub async fn may_manage_webhooks(&self, caller: &Caller) -> Result<(), Error> {
        self.require(caller, Right::ManageWebhooks, Target::Nothing).await
    }

    /// A webhook, and the last messages to it.
    pub async fn webhook(&self, caller: &Caller, id: &str) -> Result<WebhookData, Error> {
        self.require(caller, Right::SeeWebhooks, Target::Nothing).await?;
        let id: WebhookId = id.parse()?;
        let (webhook, deliveries) = (self.store.webhook(id).await?, self.store.deliveries(id).await?);
        let last = self.store.last_link().await?.map_or(0, |(line, _)| line);
        let behind = last.saturating_sub(webhook.sending.line).max(0);
        Ok(WebhookData { webhook, deliveries, behind, now: self.clock.now() })
    }

    pub async fn create_webhook(&self, caller: &Caller, form: &WebhookForm) -> Result<NewWebhook, Error> {
        self.may_change_webhooks(caller).await?;
        let WebhookTerms { name, url, heard } = form.parse(self.private_webhooks)?;
        let (now, key) = (self.clock.now(), SigningKey::generate()?);
        let id = WebhookId::from_uuid(crypto::generate_id(now)?);
        let sending = Sending::default();
        let webhook = Webhook { id, name, url, heard, created_at: now, version: 1, sending };
        let event = self.event(caller, EventKind::WebhookCreated);
        let event = event.with(&named(&webhook)).with(&described(&webhook));
        self.store.insert_webhook(&webhook, &key, WEBHOOKS_MAX, &event).await?;
        Ok(NewWebhook { webhook, key })
    }

    /// Saves an edit, and tries again at once what could not be sent. Saving what is already there changes nothing.
    pub async fn edit_webhook(&self, caller: &Caller, edit: &WebhookEdit) -> Result<Webhook, Error> {
        self.may_change_webhooks(caller).await?;
        let (id, terms) = (edit.id.parse()?, edit.form().parse(self.private_webhooks)?);
        let from = self.store.webhook(id).await?;
        if from.version != edit.version {
            return Err(Error::WebhookChanged);
        }
        let paused_at = (!edit.paused.is_empty()).then(|| from.sending.paused_at.unwrap_or(self.clock.now()));
        let mut to = from.clone();
        (to.name, to.url, to.heard) = (terms.name.clone(), terms.url.clone(), terms.heard.clone());
        to.sending.paused_at = paused_at;
        if to == from {
            return Ok(to);
        }
        let details = json!({ "webhook": from.name, "before": described(&from), "after": described(&to) });
        let event = self.event(caller, EventKind::WebhookEdited).with(&details);
        self.store.change_webhook(id, edit.version, &terms, paused_at, &event).await?;
        Ok(to)
    }

    /// Gives it another key. For a day, messages are signed with both.
    pub async fn rotate_webhook(&self, caller: &Caller, id: &str) -> Result<NewWebhook, Error> {
        self.may_change_webhooks(caller).await?;
        let id = id.parse()?;
        let (webhook, key) = (self.store.webhook(id).await?, SigningKey::generate()?);
        let event = self.event(caller, EventKind::WebhookRotated).with(&named(&webhook));
        let old_ends_at = Timestamp::from_millis(event.at.as_millis() + SIGNED_TWICE_MS);
        self.store.replace_signing_key(id, &key, old_ends_at, &event).await?;
        Ok(NewWebhook { webhook, key })
    }

    pub async fn delete_webhook(&self, caller: &Caller, id: &str) -> Result<Webhook, Error> {
        self.may_manage_webhooks(caller).await?;
        let id = id.parse()?;
        let webhook = self.store.webhook(id).await?;
        let event = self.event(caller, EventKind::WebhookDeleted).with(&named(&webhook));
        self.store.delete_webhook(id, &event).await?;
        Ok(webhook)
    }

    /// Has a message sent once more, under the id that it had.
    pub async fn send_again(&self, caller: &Caller, ask: &SendAgain) -> Result<Webhook, Error> {
        self.may_manage_webhooks(caller).await?;
        let id = ask.id.parse()?;
        let webhook = self.store.webhook(id).await?;
        let event = self.event(caller, EventKind::WebhookSentAgain);
        let event = event.with(&named(&webhook)).with(&json!({ "line": ask.line }));
        self.store.send_again(id, ask.line, &event).await?;
        Ok(webhook)
    }

    async fn may_change_webhooks(&self, caller: &Caller) -> Result<(), Error> {
        self.may_manage_webhooks(caller).await?;
        self.require_fresh(caller, Target::Nothing).await
    }
}

fn named(webhook: &Webhook) -> Value {
    json!({ "webhook": webhook.name })
}

/// The webhook in the audit log.
fn described(webhook: &Webhook) -> Value {
    json!({
        "name": webhook.name,
        "url": webhook.url,
        "events": webhook.heard.as_sent(),
        "paused": webhook.sending.paused_at.is_some(),
    })
}
