//! The steps of a migration that need more than SQL.

use super::{Db, Engine, audit::events, failed};
use app::{
    domain::{Event, EventKind, Timestamp, TokenId, WRITE_ALL_TOKENS},
    service::{Clock, HeartbeatStore, StoreError, SystemClock},
};
use serde_json::json;
use sqlx::Transaction;
use uuid::Uuid;

/// Finishes a migration that takes more than SQL, since the audit log is linked here. If it is cut short, it is done
/// at the next start.
pub async fn finish(store: &Engine) -> Result<(), StoreError> {
    let is_any: bool = sqlx::query_scalar("select exists (select 1 from write_all_due)")
        .fetch_one(&store.reader)
        .await
        .map_err(failed)?;
    if !is_any {
        return Ok(());
    }
    let now = SystemClock.now();
    let now = store.latest_beat().await?.map_or(now, |latest| latest.max(now));
    let mut tx = store.begin().await?;
    grant_write_all(&mut tx, now).await?;
    store.commit(tx).await
}

/// Tokens that could change other people's tokens before there was a permission for it get that permission, and a
/// line of the audit log each.
async fn grant_write_all(tx: &mut Transaction<'_, Db>, at: Timestamp) -> Result<(), StoreError> {
    let due: Vec<Uuid> = sqlx::query_scalar("select token_id from write_all_due order by token_id")
        .fetch_all(&mut **tx)
        .await
        .map_err(failed)?;
    for id in due {
        let before: String = sqlx::query_scalar(
            "select coalesce(string_agg(permission, ' '), '') from
                (select permission from token_permission where token_id = $1 order by permission) as held",
        )
        .bind(id)
        .fetch_one(&mut **tx)
        .await
        .map_err(failed)?;
        let before: Vec<&str> = before.split_whitespace().collect();
        if before.contains(&WRITE_ALL_TOKENS) {
            continue;
        }
        let mut after = before.clone();
        after.push(WRITE_ALL_TOKENS);
        after.sort_unstable();
        sqlx::query("insert into token_permission (token_id, permission) values ($1, $2)")
            .bind(id)
            .bind(WRITE_ALL_TOKENS)
            .execute(&mut **tx)
            .await
            .map_err(failed)?;
        sqlx::query(
            "update token set permission_count = $2, updated_at = $3, version = version + 1 where id = $1",
        )
        .bind(id)
        .bind(after.len() as i64)
        .bind(at.as_millis())
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
        let why = "Changing other people’s tokens needs a permission of its own now; this token could do it before.";
        let details =
            json!({ "before": { "permissions": before }, "after": { "permissions": after }, "why": why });
        let event = Event {
            at,
            kind: EventKind::TokenEdited,
            actor: None,
            token: Some(TokenId::from_uuid(id)),
            person: None,
            address: "tokenry".to_owned(),
            request_id: String::new(),
            details: details.to_string(),
        };
        events::append(tx, &event).await?;
    }
    sqlx::query("delete from write_all_due").execute(&mut **tx).await.map_err(failed)?;
    Ok(())
}
