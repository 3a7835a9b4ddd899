//! The end of a token, for a while or for good, and who ended it.

use super::{
    Engine,
    audit::events,
    failed, idempotency,
    row::{fetch, only},
};
use app::{
    domain::{Event, PersonId, Token},
    service::{DisabledChange, StoreError, TokenRemoval},
};

pub async fn delete(store: &Engine, removal: &TokenRemoval, event: &Event) -> Result<(), StoreError> {
    let mut tx = store.begin_once(removal.once.as_ref()).await?;
    let deleted = sqlx::query(concat!(
        "update token set deleted_at = $2, updated_at = $2, version = version + 1,
                deleted_by = $5, deleted_by_admin = $6
          where id = $1 and deleted_at is null and ",
        in_scope!("$3", "owner_id"),
        "
            and ($4 is null or version = $4)"
    ))
    .bind(removal.id.as_uuid())
    .bind(removal.at.as_millis())
    .bind(only(removal.scope))
    .bind(removal.version)
    .bind(removal.by.person.map(PersonId::as_uuid))
    .bind(removal.by.is_admin)
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    if deleted.rows_affected() == 0 {
        let current = fetch(&mut *tx, removal.id, removal.scope).await?.ok_or(StoreError::NotFound)?;
        return Err(StoreError::VersionConflict(Box::new(current)));
    }
    sqlx::query("update secret set revoked_at = $2 where token_id = $1 and revoked_at is null")
        .bind(removal.id.as_uuid())
        .bind(removal.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
    idempotency::remember(&mut tx, removal.once.as_ref(), removal.id, removal.at).await?;
    events::append(&mut tx, event).await?;
    store.commit(tx).await
}

/// A token that an admin has disabled keeps the admin's mark when it is disabled once more; enabling it removes the
/// mark.
pub async fn set_disabled(
    store: &Engine,
    change: &DisabledChange,
    event: &Event,
) -> Result<Token, StoreError> {
    let mut tx = store.begin_once(change.once.as_ref()).await?;
    let at = change.at.as_millis();
    let disabled = sqlx::query(concat!(
        "update token set disabled_at = $2, updated_at = $3, version = version + 1,
                disabled_by = case when $8 and disabled_by_admin and not $7 then disabled_by else $6 end,
                disabled_by_admin = $8 and (disabled_by_admin or $7)
          where id = $1 and deleted_at is null and ",
        in_scope!("$4", "owner_id"),
        "
            and ($5 is null or version = $5)"
    ))
    .bind(change.id.as_uuid())
    .bind(change.is_disabled.then_some(at))
    .bind(at)
    .bind(only(change.scope))
    .bind(change.version)
    .bind(change.by.person.filter(|_| change.is_disabled).map(PersonId::as_uuid))
    .bind(change.by.is_admin)
    .bind(change.is_disabled)
    .execute(&mut *tx)
    .await
    .map_err(failed)?;
    if disabled.rows_affected() == 0 {
        let current = fetch(&mut *tx, change.id, change.scope).await?.ok_or(StoreError::NotFound)?;
        return Err(StoreError::VersionConflict(Box::new(current)));
    }
    idempotency::remember(&mut tx, change.once.as_ref(), change.id, change.at).await?;
    events::append(&mut tx, event).await?;
    let token = fetch(&mut *tx, change.id, change.scope).await?.ok_or(StoreError::NotFound)?;
    store.commit(tx).await?;
    Ok(token)
}
