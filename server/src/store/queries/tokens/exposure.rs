//! Secrets that were reported as exposed.

use super::{DbRow, Engine, audit::events, failed, row::moment};
use app::{
    domain::{Event, Exposure, SecretHint, Timestamp, TokenId},
    service::{KeyDigest, StoreError},
};
use serde_json::{Map, Value, json};
use sqlx::{FromRow, Row};
use uuid::Uuid;

/// The secret that was marked just now.
struct Marked {
    token: Uuid,
    is_current: bool,
    hint: SecretHint,
    revoked_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
}

impl FromRow<'_, DbRow> for Marked {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        Ok(Self {
            token: row.try_get("token_id")?,
            is_current: row.try_get("is_current")?,
            hint: SecretHint { prefix: row.try_get("prefix")?, last: row.try_get("last_chars")? },
            revoked_at: moment(row, "revoked_at")?,
            ends_at: moment(row, "ends_at")?,
        })
    }
}

impl Marked {
    /// The state that it was in, for the audit log.
    fn was(&self, now: Timestamp) -> &'static str {
        let has_ended = self.revoked_at != Some(now) || self.ends_at.is_some_and(|end| end <= now);
        match (has_ended, self.is_current) {
            (true, _) => "ended",
            (false, true) => "current",
            (false, false) => "being replaced",
        }
    }
}

pub async fn expose(
    store: &Engine,
    digest: &KeyDigest,
    exposure: &Exposure,
    event: &Event,
) -> Result<TokenId, StoreError> {
    let mut tx = store.begin().await?;
    let marked: Option<Marked> = sqlx::query_as(
        "update secret set exposed_at = $2, exposed_url = $3, exposed_by = $4, revoked_at = coalesce(revoked_at, $2)
          where digest = $1 and exposed_at is null
         returning token_id, is_current, prefix, last_chars, revoked_at, ends_at",
    )
    .bind(digest.as_bytes().as_slice())
    .bind(exposure.at.as_millis())
    .bind(&exposure.url)
    .bind(&exposure.by)
    .fetch_optional(&mut *tx)
    .await
    .map_err(failed)?;
    let Some(marked) = marked else {
        // Whoever reports it again is told that it has ended, by a server that is heard and a node that knows of it.
        store.commit(tx).await?;
        return Err(StoreError::NotFound);
    };
    sqlx::query(
        "update token set disabled_at = case when $3 then coalesce(disabled_at, $2) else disabled_at end,
                updated_at = $2, version = version + 1
          where id = $1",
    )
    .bind(marked.token)
    .bind(exposure.at.as_millis())
    .bind(marked.is_current)
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    let token = TokenId::from_uuid(marked.token);
    let mut details: Map<String, Value> = serde_json::from_str(&event.details).unwrap_or_default();
    details.insert("hint".to_owned(), json!(marked.hint.to_string()));
    details.insert("was".to_owned(), json!(marked.was(exposure.at)));
    let details = Value::Object(details).to_string();
    events::append(&mut tx, &Event { token: Some(token), details, ..event.clone() }).await?;
    store.commit(tx).await?;
    Ok(token)
}
