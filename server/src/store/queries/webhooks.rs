//! Webhooks, and the last messages to each.

use super::{Db, DbRow, Engine, audit::events, failed};
use app::{
    domain::{Delivery, Event, Heard, Sending, Timestamp, Webhook, WebhookId, WebhookTerms},
    service::{Addressee, FollowerKind, Lease, SigningKey, StoreError, WebhookStore},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};
use uuid::Uuid;

/// Messages that are remembered for each webhook.
const DELIVERIES: i64 = 100;

macro_rules! select_webhook {
    ($rest:literal) => {
        concat!(
            "select w.id, w.name, w.url, w.kinds, w.secret, w.old_secret, w.old_ends_at, w.created_at, w.version,
                    f.line, f.failures, f.failing_since, f.trouble, f.paused_at, f.given_up
               from webhook w join follower f on f.id = w.id ",
            $rest
        )
    };
}

struct WebhookRow(Webhook);

impl FromRow<'_, DbRow> for WebhookRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let at = |column: &str| {
            let millis: Option<i64> = row.try_get(column)?;
            Ok::<_, sqlx::Error>(millis.map(Timestamp::from_millis))
        };
        Ok(Self(Webhook {
            id: WebhookId::from_uuid(row.try_get("id")?),
            name: row.try_get("name")?,
            url: row.try_get("url")?,
            heard: Heard::stored(&row.try_get::<String, _>("kinds")?),
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            version: row.try_get("version")?,
            sending: Sending {
                line: row.try_get("line")?,
                failures: u32::try_from(row.try_get::<i64, _>("failures")?).unwrap_or(u32::MAX),
                failing_since: at("failing_since")?,
                trouble: row.try_get("trouble")?,
                paused_at: at("paused_at")?,
                given_up: row.try_get("given_up")?,
            },
        }))
    }
}

struct DeliveryRow(Delivery);

impl FromRow<'_, DbRow> for DeliveryRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let status: Option<i64> = row.try_get("status")?;
        Ok(Self(Delivery {
            line: row.try_get("line")?,
            kind: row.try_get("kind")?,
            attempts: u32::try_from(row.try_get::<i64, _>("attempts")?).unwrap_or(u32::MAX),
            at: Timestamp::from_millis(row.try_get("at")?),
            duration_ms: row.try_get("duration_ms")?,
            status: status.and_then(|status| u16::try_from(status).ok()),
            trouble: row.try_get("trouble")?,
            delivered: row.try_get("delivered")?,
            again: row.try_get::<Option<i64>, _>("again_at")?.is_some(),
        }))
    }
}

async fn exists(tx: &mut Transaction<'_, Db>, id: WebhookId) -> Result<(), StoreError> {
    let found: bool = sqlx::query_scalar("select exists (select 1 from webhook where id = $1)")
        .bind(id.as_uuid())
        .fetch_one(&mut **tx)
        .await
        .map_err(failed)?;
    if found { Ok(()) } else { Err(StoreError::NoSuchWebhook) }
}

#[async_trait]
impl WebhookStore for Engine {
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let rows: Vec<WebhookRow> = sqlx::query_as(select_webhook!("order by w.created_at desc, w.id desc"))
            .fetch_all(&self.quick)
            .await
            .map_err(failed)?;
        Ok(rows.into_iter().map(|WebhookRow(webhook)| webhook).collect())
    }

    async fn webhook(&self, id: WebhookId) -> Result<Webhook, StoreError> {
        let row: Option<WebhookRow> = sqlx::query_as(select_webhook!("where w.id = $1"))
            .bind(id.as_uuid())
            .fetch_optional(&self.quick)
            .await
            .map_err(failed)?;
        row.map(|WebhookRow(webhook)| webhook).ok_or(StoreError::NoSuchWebhook)
    }

    async fn insert_webhook(
        &self,
        webhook: &Webhook,
        key: &SigningKey,
        most: u32,
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let count: i64 =
            sqlx::query_scalar("select count(*) from webhook").fetch_one(&mut *tx).await.map_err(failed)?;
        if count >= i64::from(most) {
            return Err(StoreError::WebhooksFull);
        }
        sqlx::query("insert into follower (id, kind, line) select $1, $2, coalesce(max(id), 0) from event")
            .bind(webhook.id.as_uuid())
            .bind(FollowerKind::Webhook.as_str())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        sqlx::query(
            "insert into webhook (id, name, url, kinds, secret, created_at, version)
             values ($1, $2, $3, $4, $5, $6, 1)",
        )
        .bind(webhook.id.as_uuid())
        .bind(&webhook.name)
        .bind(&webhook.url)
        .bind(webhook.heard.as_stored())
        .bind(key.as_bytes())
        .bind(webhook.created_at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn change_webhook(
        &self,
        id: WebhookId,
        version: i64,
        terms: &WebhookTerms,
        paused_at: Option<Timestamp>,
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        exists(&mut tx, id).await?;
        let changed = sqlx::query(
            "update webhook set name = $3, url = $4, kinds = $5, version = version + 1
              where id = $1 and version = $2",
        )
        .bind(id.as_uuid())
        .bind(version)
        .bind(&terms.name)
        .bind(&terms.url)
        .bind(terms.heard.as_stored())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::WebhookChanged);
        }
        // Whatever was wrong with it may be mended.
        sqlx::query(
            "update follower set paused_at = $2, given_up = (given_up and $2 is not null), failures = 0,
                    failing_since = null, due_at = 0, trouble = '', leased_by = null
              where id = $1",
        )
        .bind(id.as_uuid())
        .bind(paused_at.map(Timestamp::as_millis))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn replace_signing_key(
        &self,
        id: WebhookId,
        key: &SigningKey,
        old_ends_at: Timestamp,
        event: &Event,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let changed = sqlx::query(
            "update webhook set old_secret = secret, old_ends_at = $3, secret = $2, version = version + 1
              where id = $1",
        )
        .bind(id.as_uuid())
        .bind(key.as_bytes())
        .bind(old_ends_at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NoSuchWebhook);
        }
        sqlx::query("update follower set leased_by = null where id = $1")
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn delete_webhook(&self, id: WebhookId, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        exists(&mut tx, id).await?;
        sqlx::query("delete from follower where id = $1")
            .bind(id.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn deliveries(&self, id: WebhookId) -> Result<Vec<Delivery>, StoreError> {
        let rows: Vec<DeliveryRow> = sqlx::query_as(
            "select line, kind, attempts, at, duration_ms, status, trouble, delivered, again_at from delivery
              where webhook_id = $1 order by line desc limit $2",
        )
        .bind(id.as_uuid())
        .bind(DELIVERIES)
        .fetch_all(&self.quick)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(|DeliveryRow(delivery)| delivery).collect())
    }

    async fn send_again(&self, id: WebhookId, line: i64, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        exists(&mut tx, id).await?;
        let asked = sqlx::query(
            "update delivery set again_at = $3
              where webhook_id = $1 and line = $2 and exists (select 1 from event where id = $2)",
        )
        .bind(id.as_uuid())
        .bind(line)
        .bind(event.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if asked.rows_affected() == 0 {
            return Err(StoreError::NoSuchDelivery);
        }
        // The next line is sent in its order, and now.
        for sql in [
            "update delivery set again_at = null where webhook_id = $1 and line = $2
                and line > (select line from follower where id = $1)",
            "update follower set due_at = 0 where id = $1 and line < $2",
        ] {
            sqlx::query(sql).bind(id.as_uuid()).bind(line).execute(&mut *tx).await.map_err(failed)?;
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }

    async fn addressee(&self, id: WebhookId) -> Result<(Addressee, Vec<i64>), StoreError> {
        let row = sqlx::query(select_webhook!("where w.id = $1"))
            .bind(id.as_uuid())
            .fetch_optional(&self.quick)
            .await
            .map_err(failed)?
            .ok_or(StoreError::NoSuchWebhook)?;
        let WebhookRow(webhook) = WebhookRow::from_row(&row).map_err(failed)?;
        let key = SigningKey::from_bytes(row.try_get("secret").map_err(failed)?);
        let old: Option<Vec<u8>> = row.try_get("old_secret").map_err(failed)?;
        let ends_at: Option<i64> = row.try_get("old_ends_at").map_err(failed)?;
        let old = old.map(SigningKey::from_bytes).zip(ends_at.map(Timestamp::from_millis));
        let again: Vec<i64> = sqlx::query_scalar(
            "select line from delivery where webhook_id = $1 and again_at is not null order by line",
        )
        .bind(id.as_uuid())
        .fetch_all(&self.quick)
        .await
        .map_err(failed)?;
        Ok((Addressee { webhook, key, old }, again))
    }

    async fn note_delivery(
        &self,
        id: WebhookId,
        lease: Lease,
        delivery: &Delivery,
        is_next: bool,
    ) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let held = sqlx::query(
            "update follower set leased_until = $3,
                    line = case when $4 and line < $5 then $5 else line end,
                    failures = case when $4 then 0 else failures end,
                    failing_since = case when $4 then null else failing_since end,
                    trouble = case when $4 then '' else trouble end
              where id = $1 and leased_by = $2 and paused_at is null",
        )
        .bind(id.as_uuid())
        .bind(lease.holder)
        .bind(lease.until.as_millis())
        .bind(is_next && delivery.delivered)
        .bind(delivery.line)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if held.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "insert into delivery (webhook_id, line, kind, attempts, at, duration_ms, status, trouble, delivered)
             values ($1, $2, $3, 1, $4, $5, $6, $7, $8)
             on conflict (webhook_id, line) do update set attempts = delivery.attempts + 1, at = excluded.at,
                 duration_ms = excluded.duration_ms, status = excluded.status, trouble = excluded.trouble,
                 delivered = excluded.delivered, again_at = null",
        )
        .bind(id.as_uuid())
        .bind(delivery.line)
        .bind(&delivery.kind)
        .bind(delivery.at.as_millis())
        .bind(delivery.duration_ms)
        .bind(delivery.status.map(i64::from))
        .bind(&delivery.trouble)
        .bind(delivery.delivered)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        sqlx::query(
            "delete from delivery where webhook_id = $1 and line <=
                (select line from delivery where webhook_id = $1 order by line desc limit 1 offset $2)",
        )
        .bind(id.as_uuid())
        .bind(DELIVERIES)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        self.commit_aside(tx).await?;
        Ok(true)
    }

    async fn give_up(&self, id: WebhookId, holder: Uuid, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let given_up = sqlx::query(
            "update follower set paused_at = $3, given_up = true, leased_by = null
              where id = $1 and leased_by = $2 and paused_at is null",
        )
        .bind(id.as_uuid())
        .bind(holder)
        .bind(event.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if given_up.rows_affected() == 0 {
            return Ok(());
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await
    }
}
