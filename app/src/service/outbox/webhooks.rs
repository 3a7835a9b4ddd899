//! Sending to a webhook: one message for each line that it hears of, in their order. The next one waits until this one was
//! delivered, or everything was given up.

use super::{Outbox, Parcel, Posted, WrittenLine};
use crate::domain::{Delivery, Error, EventKind, Timestamp, Visit, WEBHOOK_PATIENCE_MS, WebhookId};
use crate::service::{Addressee, Follower, audit::event};
use serde_json::json;

/// The answer of somebody who wants to hear nothing any more (Standard Webhooks).
const GONE: u16 = 410;

impl Outbox {
    /// Sends until the webhook has everything, or an attempt fails.
    pub(super) async fn post(&self, mut follower: Follower) -> Result<(), Error> {
        let id = WebhookId::from_uuid(follower.id);
        let (to, again) = self.service.store.addressee(id).await?;
        for line in again {
            let found = self.service.lines_after(line - 1, 1).await?;
            let delivery = match found.first().filter(|(_, row)| row.id == line) {
                Some(line) => self.attempt(&to, line).await,
                None => self.archived(line),
            };
            if !self.service.store.note_delivery(id, self.lease(), &delivery, false).await? {
                return Ok(());
            }
        }
        loop {
            let lines = self.service.lines_after(follower.line, super::BATCH).await?;
            let Some((_, last)) = lines.last() else { break };
            for line in lines.iter().filter(|(_, row)| to.webhook.heard.hears(&row.kind)) {
                let delivery = self.attempt(&to, line).await;
                if !self.service.store.note_delivery(id, self.lease(), &delivery, true).await? {
                    return Ok(());
                }
                if !delivery.delivered {
                    return self.fail(&to, &follower, &delivery).await;
                }
                (follower.failures, follower.failing_since) = (0, None);
            }
            if !self.service.store.note_followed(follower.id, self.lease(), last.id).await? {
                return Ok(());
            }
            follower.line = last.id;
        }
        self.release(follower.id).await
    }

    async fn attempt(&self, to: &Addressee, line: &WrittenLine) -> Delivery {
        let now = self.now();
        let old = to.old.as_ref().filter(|(_, ends_at)| *ends_at > now).map(|(key, _)| key);
        let id = format!("{}_{}", to.webhook.id, line.1.id);
        let keys: Vec<_> = std::iter::once(&to.key).chain(old).collect();
        let parcel = Parcel { url: &to.webhook.url, id, at: now, keys, line };
        let Posted { status, trouble, duration } = self.carrier.post(parcel).await;
        Delivery {
            line: line.1.id,
            kind: line.1.kind.clone(),
            attempts: 1,
            at: now,
            duration_ms: i64::try_from(duration.as_millis()).unwrap_or(i64::MAX),
            status,
            trouble,
            delivered: status.is_some_and(|status| (200..300).contains(&status)),
            again: false,
        }
    }

    /// A line that was moved into an archive after somebody had asked for it once more.
    fn archived(&self, line: i64) -> Delivery {
        let trouble = "the line is in an archive".to_owned();
        Delivery {
            line,
            // It has a row, which keeps its kind.
            kind: String::new(),
            attempts: 1,
            at: self.now(),
            duration_ms: 0,
            status: None,
            trouble,
            delivered: false,
            again: false,
        }
    }

    async fn fail(&self, to: &Addressee, follower: &Follower, delivery: &Delivery) -> Result<(), Error> {
        let (now, outcome) = (self.now(), delivery.outcome());
        let until = |since: Timestamp| since.as_millis() + WEBHOOK_PATIENCE_MS;
        let is_over = follower.failing_since.is_some_and(|since| until(since) <= now.as_millis());
        if is_over || delivery.status == Some(GONE) {
            let event = event::event(EventKind::WebhookGivenUp, now, None, &Visit::by_itself());
            let event = event.with(&json!({ "webhook": to.webhook.name, "outcome": outcome }));
            return Ok(self.service.store.give_up(to.webhook.id, self.holder, &event).await?);
        }
        self.note_failure(follower, &outcome).await
    }
}
