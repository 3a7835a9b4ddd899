//! The metadata of a token, as rows.

use super::{Db, Pool, failed, row::decode};
use app::{
    domain::{Metadata, TokenId},
    service::StoreError,
};
use sqlx::Transaction;

/// Removes the keys that are not there any more, and writes those whose value is new. Other rows stay untouched: each
/// row that changes is a line of `change` for everybody who keeps the token in memory.
pub async fn change_metadata(
    tx: &mut Transaction<'_, Db>,
    id: TokenId,
    metadata: &Metadata,
) -> Result<(), StoreError> {
    let keys: Vec<&str> = metadata.iter().map(|(key, _)| key).collect();
    let keys = serde_json::to_string(&keys).map_err(|error| failed(decode(error)))?;
    sqlx::query(concat!(
        "delete from token_metadata where token_id = $1 and key not in (select text from ",
        texts!("$2"),
        ")"
    ))
    .bind(id.as_uuid())
    .bind(keys)
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    for (key, value) in metadata.iter() {
        sqlx::query(
            "insert into token_metadata (token_id, key, value) values ($1, $2, $3)
             on conflict (token_id, key) do update set value = excluded.value
              where token_metadata.value <> excluded.value",
        )
        .bind(id.as_uuid())
        .bind(key)
        .bind(value)
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    }
    Ok(())
}

/// Does any token have metadata?
pub async fn is_used(reader: &Pool) -> Result<bool, StoreError> {
    let asked = sqlx::query_scalar("select exists (select 1 from token_metadata)");
    asked.fetch_one(reader).await.map_err(failed)
}
