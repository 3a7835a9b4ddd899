//! The audit log: lines are added inside the transaction of the change, and never touched again.

use super::{Db, failed};
use app::{domain::Event, service::StoreError};
use sqlx::Transaction;

pub async fn append(tx: &mut Transaction<'_, Db>, event: &Event) -> Result<(), StoreError> {
    sqlx::query("insert into event (at, kind, token_id, details) values ($1, $2, $3, $4)")
        .bind(event.at.as_millis())
        .bind(event.kind.as_str())
        .bind(event.token.map(app::domain::TokenId::as_uuid))
        .bind(&event.details)
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    Ok(())
}
