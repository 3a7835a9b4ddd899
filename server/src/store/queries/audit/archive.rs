//! The cut of the audit log: its oldest lines leave the data, and the link of the last of them stays.

use super::{Db, Engine, failed};
use app::{
    domain::{EventKind, Timestamp},
    service::{AuditHead, AuditStart, StoreError},
};
use sqlx::Transaction;
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;

pub async fn start(store: &Engine) -> Result<AuditStart, StoreError> {
    let (installation, id, link, cut_at): (Uuid, i64, Vec<u8>, Option<i64>) =
        sqlx::query_as("select installation, line, link, at from audit_head")
            .fetch_one(&store.quick)
            .await
            .map_err(failed)?;
    let cut_at = cut_at.map(Timestamp::from_millis);
    Ok(AuditStart { installation, after: AuditHead { id, link }, cut_at })
}

pub async fn last_line_before(store: &Engine, day: Timestamp) -> Result<i64, StoreError> {
    sqlx::query_scalar(
        "select coalesce((select min(first_id) - 1 from event_day where day >= $1),
                         (select max(id) from event), 0)",
    )
    .bind(day.as_millis().div_euclid(DAY_MS))
    .fetch_one(&store.reader)
    .await
    .map_err(failed)
}

/// Moves the beginning of the log to `last`, if it is where it was said to be.
pub async fn cut(
    tx: &mut Transaction<'_, Db>,
    after: &AuditHead,
    last: &AuditHead,
    at: Timestamp,
) -> Result<(), StoreError> {
    let moved = sqlx::query(
        "update audit_head set line = $1, link = $2, at = $3
          where line = $4 and link = $5 and $2 = (select link from event where id = $1)",
    )
    .bind(last.id)
    .bind(&last.link)
    .bind(at.as_millis())
    .bind(after.id)
    .bind(&after.link)
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    if moved.rows_affected() == 0 {
        return Err(StoreError::Outdated);
    }
    keep_what_is_told(tx, last.id).await?;
    let gone = sqlx::query("delete from event where id <= $1").bind(last.id).execute(&mut **tx).await;
    // The lines are numbered without gaps.
    if i64::try_from(gone.map_err(failed)?.rows_affected()) != Ok(last.id - after.id) {
        return Err(StoreError::Outdated);
    }
    for sql in [
        "delete from event_day where last_id <= $1",
        "update event_day set first_id = $1 + 1 where first_id <= $1",
    ] {
        sqlx::query(sql).bind(last.id).execute(&mut **tx).await.map_err(failed)?;
    }
    Ok(())
}

/// Who created each token, and for whom reset links were made.
async fn keep_what_is_told(tx: &mut Transaction<'_, Db>, last: i64) -> Result<(), StoreError> {
    sqlx::query(
        "insert into kept_line (id, at, kind, actor_id, token_id, person_id, address)
         select id, at, kind, actor_id, token_id, person_id, address from event
          where id <= $1 and kind in ($2, $3, $4)",
    )
    .bind(last)
    .bind(EventKind::TokenCreated.as_str())
    .bind(EventKind::TokenImported.as_str())
    .bind(EventKind::LinkMade.as_str())
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    Ok(())
}
