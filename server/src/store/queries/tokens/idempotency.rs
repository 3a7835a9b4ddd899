//! Changes that happen once: the change that was made with each key of a caller, for as long as it is remembered.

use super::{Db, DbConnection, Engine, failed};
use app::{
    domain::{Timestamp, TokenId},
    service::{IdempotencyKey, StoreError},
};
use sqlx::Transaction;
use uuid::Uuid;

/// The token that was made or changed with this key.
pub async fn done_before(
    connection: &mut DbConnection,
    once: &IdempotencyKey,
) -> Result<Option<TokenId>, StoreError> {
    let done: Option<(Uuid, Vec<u8>)> = sqlx::query_as(
        "select token_id, request from idempotency where caller_id = $1 and key = $2 and at > $3",
    )
    .bind(once.caller.as_uuid())
    .bind(once.key.as_bytes().as_slice())
    .bind(once.since.as_millis())
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    match done {
        None => Ok(None),
        Some((_, request)) if request != once.request.as_bytes() => Err(StoreError::KeyReused),
        Some((token, _)) => Ok(Some(TokenId::from_uuid(token))),
    }
}

/// Remembers the change, and forgets those that need not be remembered any more.
pub async fn remember(
    tx: &mut Transaction<'_, Db>,
    once: Option<&IdempotencyKey>,
    token: TokenId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(once) = once else { return Ok(()) };
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

impl Engine {
    /// Begins a change that is to happen once. Write transactions are serialized: a change that was not done when
    /// this looked cannot be done by anybody else before this one commits.
    pub async fn begin_once(
        &self,
        once: Option<&IdempotencyKey>,
    ) -> Result<Transaction<'static, Db>, StoreError> {
        let mut tx = self.begin().await?;
        if let Some(once) = once
            && done_before(&mut tx, once).await?.is_some()
        {
            return Err(StoreError::DoneBefore);
        }
        Ok(tx)
    }
}
