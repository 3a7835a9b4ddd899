//! Rewrites the keys of names and addresses of rows from before there were such keys, or from other tables of
//! Unicode. All of them are rewritten before anybody is answered, in batches. Batches that were written stay if it is
//! interrupted. The meaning of the data does not change, so no event is recorded.

use super::{DbConnection, Engine, WRITE_TOKEN_NAMES, failed};
use app::service::{NAMES_VERSION, StoreError, email_key, look_key, search_text, sort_key};
use serde_json::json;
use uuid::Uuid;

/// Tokens whose keys are written in one transaction.
const BATCH: i64 = 5_000;

/// Does nothing if all keys are of this version.
pub async fn write(store: &Engine) -> Result<(), StoreError> {
    let version: i64 = sqlx::query_scalar("select version from names_written")
        .fetch_one(&store.reader)
        .await
        .map_err(failed)?;
    if version >= NAMES_VERSION {
        return Ok(());
    }
    while write_some(store).await? {}
    Ok(())
}

/// Rewrites a batch, and returns whether there is more to do.
async fn write_some(store: &Engine) -> Result<bool, StoreError> {
    let mut tx = store.begin().await?;
    let (version, done): (i64, i64) = sqlx::query_as("select version, done from names_written")
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
    // Another process may have been quicker.
    if version >= NAMES_VERSION {
        return Ok(false);
    }
    let last = write_tokens(&mut tx, done).await?;
    if last.is_none() {
        write_people(&mut tx).await?;
    }
    sqlx::query("update names_written set version = $1, done = $2")
        .bind(if last.is_none() { NAMES_VERSION } else { version })
        .bind(last.unwrap_or_default())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    store.commit(tx).await?;
    Ok(last.is_some())
}

/// Rewrites the tokens after this one, and returns the last of them, if there are any.
async fn write_tokens(connection: &mut DbConnection, done: i64) -> Result<Option<i64>, StoreError> {
    let rows: Vec<(i64, String, String, String)> = sqlx::query_as(
        "select search_id, name, description, name_key from token
          where search_id > $1 order by search_id limit $2",
    )
    .bind(done)
    .bind(BATCH)
    .fetch_all(&mut *connection)
    .await
    .map_err(failed)?;
    if done == 0 && rows.len() as i64 == BATCH {
        tracing::info!(
            "what tokens are found and sorted by is written anew: a minute or two for a million of them"
        );
    }
    let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let written: Vec<_> = rows
        .iter()
        .map(|(id, name, description, _)| json!([id, hex(sort_key(name)), search_text(name, description)]))
        .collect();
    sqlx::query(WRITE_TOKEN_NAMES)
        .bind(json!(written).to_string())
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    for (id, name, _, before) in &rows {
        let key = look_key(name);
        if key == *before {
            continue;
        }
        // Two names that were different before stay different: the second keeps its key.
        sqlx::query(
            "update token set name_key = $2 where search_id = $1 and not exists
                (select 1 from token o where o.owner_id = token.owner_id and o.name_key = $2
                    and o.search_id <> $1 and o.deleted_at is null)",
        )
        .bind(id)
        .bind(key)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    }
    Ok(rows.last().map(|(id, ..)| *id))
}

async fn write_people(connection: &mut DbConnection) -> Result<(), StoreError> {
    let people: Vec<(Uuid, String, String)> =
        sqlx::query_as("select id, name, email from person order by created_at, id")
            .fetch_all(&mut *connection)
            .await
            .map_err(failed)?;
    for (id, name, email) in people {
        sqlx::query("update person set name_key = $2, sort_key = $3 where id = $1")
            .bind(id)
            .bind(look_key(&name))
            .bind(sort_key(&name))
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
        let kept = sqlx::query(
            "update person set email_key = $2 where id = $1
                and not exists (select 1 from person o where o.email_key = $2 and o.id <> $1)",
        )
        .bind(id)
        .bind(email_key(&email))
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
        if kept.rows_affected() == 0 {
            tracing::warn!(person = %id, "two people have one e-mail address: the one who was there first signs in with it");
        }
    }
    Ok(())
}
