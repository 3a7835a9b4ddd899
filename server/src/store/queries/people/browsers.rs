//! Browsers that a person has signed in with: guessing their password from elsewhere does not lock these out.

use super::{Db, failed};
use app::{
    domain::{PersonId, Timestamp},
    service::{KeyDigest, StoreError},
};
use sqlx::Transaction;

pub async fn remember_browser(
    tx: &mut Transaction<'_, Db>,
    person: PersonId,
    browser: &KeyDigest,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into browser (person_id, digest, last_used_at) values ($1, $2, $3)
         on conflict (person_id, digest) do update set last_used_at = excluded.last_used_at",
    )
    .bind(person.as_uuid())
    .bind(browser.as_bytes().as_slice())
    .bind(at.as_millis())
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    Ok(())
}

pub async fn forget_browsers(tx: &mut Transaction<'_, Db>, person: PersonId) -> Result<(), StoreError> {
    let query = sqlx::query("delete from browser where person_id = $1").bind(person.as_uuid());
    query.execute(&mut **tx).await.map_err(failed)?;
    Ok(())
}
