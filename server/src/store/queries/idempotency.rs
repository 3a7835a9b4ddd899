//! Creations that happen once: what was made with which key of a caller's, for as long as it is remembered.

use super::{Db, DbConnection, failed, token_row::fetch};
use app::{
    domain::{Scope, Timestamp, Token, TokenId},
    service::{Once, StoreError},
};
use sqlx::Transaction;
use uuid::Uuid;

/// The token that was made with this key.
pub async fn made_before(connection: &mut DbConnection, once: &Once) -> Result<Option<Token>, StoreError> {
    let made: Option<(Uuid, Vec<u8>)> = sqlx::query_as(
        "select token_id, request from idempotency where caller_id = $1 and key = $2 and at > $3",
    )
    .bind(once.caller.as_uuid())
    .bind(once.key.as_bytes().as_slice())
    .bind(once.since.as_millis())
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    match made {
        None => Ok(None),
        Some((_, request)) if request != once.request.as_bytes() => Err(StoreError::KeyReused),
        Some((token, _)) => {
            let token = fetch(connection, TokenId::from_uuid(token), Scope::Everybody).await?;
            token.map(Some).ok_or(StoreError::NotFound)
        }
    }
}

/// Remembers what was made, and forgets what need not be remembered any more.
pub async fn remember(
    tx: &mut Transaction<'_, Db>,
    once: &Once,
    token: TokenId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("delete from idempotency where at <= $1")
        .bind(once.since.as_millis())
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    sqlx::query(
        "insert into idempotency (caller_id, key, request, token_id, at) values ($1, $2, $3, $4, $5)",
    )
    .bind(once.caller.as_uuid())
    .bind(once.key.as_bytes().as_slice())
    .bind(once.request.as_bytes().as_slice())
    .bind(token.as_uuid())
    .bind(at.as_millis())
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    Ok(())
}
