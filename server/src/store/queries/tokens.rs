//! Tokens: written once, compiled for every engine. Lower-case SQL with `$n`, milliseconds, booleans.

use super::{
    Db, Engine, events, failed, idempotency, token_end, token_list,
    token_row::{TokenRow, check_room, fetch, only},
    token_table,
};
use app::{
    domain::{
        Event, Owner, Permission, PersonId, RateLimit, Scope, SecretHint, Timestamp, Token, TokenFilter,
        TokenId, TokenList, TokenQuery,
    },
    service::{
        HandOver, KeyDigest, NewToken, Once, Rotation, StoreError, TokenChange, TokenPause, TokenRemoval,
        TokenStore,
    },
};
use async_trait::async_trait;
use sqlx::Transaction;
use uuid::Uuid;

/// A limit as its two columns.
fn rate_columns(limit: Option<RateLimit>) -> (Option<i64>, Option<i64>) {
    (limit.map(|l| i64::from(l.requests)), limit.map(|l| i64::from(l.per_seconds)))
}

/// The only unique key of a token that two people can both want is its name.
pub(super) fn taken_or_failed(error: sqlx::Error) -> StoreError {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => StoreError::NameTaken,
        _ => failed(error),
    }
}

#[async_trait]
impl TokenStore for Engine {
    async fn token(&self, id: TokenId, scope: Scope) -> Result<Token, StoreError> {
        fetch(&self.reader, id, scope).await?.ok_or(StoreError::NotFound)
    }

    async fn tokens_among(&self, ids: &[TokenId], scope: Scope) -> Result<Vec<Token>, StoreError> {
        let rows: Vec<TokenRow> = sqlx::query_as(select_token!(
            "and t.id in (select unhex(value) from json_each($1)) and ($2 is null or t.owner_id = $2)"
        ))
        .bind(token_table::written(ids.iter().map(|id| id.as_uuid())))
        .bind(only(scope))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(|TokenRow(token)| token).collect())
    }

    async fn count_tokens(&self, scope: Scope, max: u64) -> Result<u64, StoreError> {
        let query = match scope {
            Scope::Everybody => sqlx::query_scalar(
                "select count(*) from (select 1 from token where deleted_at is null limit $1) as counted",
            ),
            Scope::Owner(_) => sqlx::query_scalar(
                "select count(*) from
                    (select 1 from token where deleted_at is null and owner_id = $2 limit $1) as counted",
            ),
        };
        let query = query.bind(i64::try_from(max).unwrap_or(i64::MAX));
        let query = match scope {
            Scope::Everybody => query,
            Scope::Owner(person) => query.bind(person.as_uuid()),
        };
        let count: i64 = query.fetch_one(&self.reader).await.map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn count_matching(
        &self,
        scope: Scope,
        filter: &TokenFilter,
        now: Timestamp,
        max: u64,
    ) -> Result<u64, StoreError> {
        match filter.is_empty() {
            true => self.count_tokens(scope, max).await,
            false => token_list::count(&self.reader, scope, filter, now, max).await,
        }
    }

    async fn list_tokens(
        &self,
        scope: Scope,
        query: &TokenQuery,
        now: Timestamp,
    ) -> Result<TokenList, StoreError> {
        token_list::list(&self.reader, scope, query, now).await
    }

    async fn hours_of_use(
        &self,
        tokens: &[TokenId],
        since: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp, bool, u64)>, StoreError> {
        token_table::hours_of_use(&self.reader, tokens, since).await
    }

    async fn old_uses(
        &self,
        tokens: &[TokenId],
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Option<Timestamp>)>, StoreError> {
        token_table::old_uses(&self.reader, tokens, now).await
    }

    async fn token_owners(&self, limit: u32) -> Result<Vec<Owner>, StoreError> {
        token_table::owners(&self.reader, limit).await
    }

    async fn made_before(&self, once: &Once) -> Result<Option<Token>, StoreError> {
        let mut connection = self.reader.acquire().await.map_err(failed)?;
        idempotency::made_before(&mut connection, once).await
    }

    async fn insert_token(&self, new: &NewToken, event: &Event) -> Result<Token, StoreError> {
        let mut tx = self.begin().await?;
        if let Some(once) = &new.once
            && let Some(made) = idempotency::made_before(&mut tx, once).await?
        {
            return Ok(made);
        }
        insert(&mut tx, new).await?;
        check_room(&mut tx, new.owner, 0, new.most).await?;
        if let Some(once) = &new.once {
            idempotency::remember(&mut tx, once, new.id, new.at).await?;
        }
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, new.id, Scope::Everybody).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn update_token(&self, change: &TokenChange, event: &Event) -> Result<Token, StoreError> {
        let mut tx = self.begin().await?;
        let updated = sqlx::query(
            "update token set name = $3, name_key = $4, description = $5, updated_at = $6, version = version + 1,
                    expires_at = $8, allowed_addresses = $9, rate_requests = $10, rate_seconds = $11,
                    search_text = $12, permission_count = $13
              where id = $1 and version = $2 and deleted_at is null and ($7 is null or owner_id = $7)",
        )
        .bind(change.id.as_uuid())
        .bind(change.version)
        .bind(change.details.name.as_str())
        .bind(&change.name_key)
        .bind(change.details.description.as_str())
        .bind(change.at.as_millis())
        .bind(only(change.scope))
        .bind(change.details.expires_at.map(Timestamp::as_millis))
        .bind(change.details.allowed_addresses.to_string())
        .bind(rate_columns(change.details.rate_limit).0)
        .bind(rate_columns(change.details.rate_limit).1)
        .bind(change.details.search_text())
        .bind(change.details.permissions.len() as i64)
        .execute(&mut *tx)
        .await
        .map_err(taken_or_failed)?;
        if updated.rows_affected() == 0 {
            let current = fetch(&mut *tx, change.id, change.scope).await?.ok_or(StoreError::NotFound)?;
            return Err(StoreError::VersionConflict(Box::new(current)));
        }
        sqlx::query("delete from token_permission where token_id = $1")
            .bind(change.id.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        insert_permissions(&mut tx, change.id, change.details.permissions.iter()).await?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, change.id, change.scope).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn delete_token(&self, removal: &TokenRemoval, event: &Event) -> Result<(), StoreError> {
        token_end::delete(self, removal, event).await
    }

    async fn rotate_token(&self, rotation: &Rotation, event: &Event) -> Result<Token, StoreError> {
        let (id, at) = (rotation.id.as_uuid(), rotation.at.as_millis());
        let mut tx = self.begin().await?;
        let rotated = sqlx::query(
            "update token set updated_at = $3, version = version + 1
              where id = $1 and version = $2 and deleted_at is null and ($4 is null or owner_id = $4)",
        )
        .bind(id)
        .bind(rotation.version)
        .bind(at)
        .bind(only(rotation.scope))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if rotated.rows_affected() == 0 {
            let current = fetch(&mut *tx, rotation.id, rotation.scope).await?.ok_or(StoreError::NotFound)?;
            return Err(StoreError::VersionConflict(Box::new(current)));
        }
        sqlx::query(
            "update secret set revoked_at = $2 where token_id = $1 and not is_current and revoked_at is null",
        )
        .bind(id)
        .bind(at)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        let ends_at = rotation.old_ends_at.as_millis();
        sqlx::query(
            "update secret set is_current = $4, ends_at = $2, quiet_ms = $5, revoked_at = coalesce(revoked_at, $3)
              where token_id = $1 and is_current",
        )
        .bind(id)
        .bind(ends_at)
        .bind((ends_at <= at).then_some(at))
        .bind(false)
        .bind(rotation.quiet_ms)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        insert_secret(&mut tx, rotation.id, &rotation.digest, &rotation.hint, rotation.at).await?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, rotation.id, rotation.scope).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn pause_token(&self, pause: &TokenPause, event: &Event) -> Result<Token, StoreError> {
        token_end::pause(self, pause, event).await
    }

    async fn hand_over(
        &self,
        what: HandOver,
        to: PersonId,
        most: Option<u32>,
        event: &Event,
    ) -> Result<u64, StoreError> {
        let (one, version, all_of) = match what {
            HandOver::One { id, version } => (Some(id), version, None),
            HandOver::AllOf(person) => (None, None, Some(person.as_uuid())),
        };
        let mut tx = self.begin().await?;
        let recipient: Option<Uuid> = sqlx::query_scalar(
            "select id from person
              where id = $1 and disabled_at is null and password_hash is not null and role <> 'viewer'",
        )
        .bind(to.as_uuid())
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
        if recipient.is_none() {
            return Err(StoreError::NoSuchPerson);
        }
        let collision: Option<(String, String)> = sqlx::query_as(
            "select p.name, t.name from token t
               join token theirs on theirs.owner_id = $3 and theirs.name_key = t.name_key and theirs.id <> t.id
               join person p on p.id = $3
              where (t.id = $1 or t.owner_id = $2) and t.deleted_at is null and theirs.deleted_at is null
              order by t.name limit 1",
        )
        .bind(one.map(TokenId::as_uuid))
        .bind(all_of)
        .bind(to.as_uuid())
        .fetch_optional(&mut *tx)
        .await
        .map_err(failed)?;
        if let Some((owner, name)) = collision {
            return Err(StoreError::NamesCollide { owner, name });
        }
        let given = sqlx::query(
            "update token set owner_id = $3, updated_at = $4, version = version + 1
              where (id = $1 or owner_id = $2) and deleted_at is null and ($5 is null or version = $5)",
        )
        .bind(one.map(TokenId::as_uuid))
        .bind(all_of)
        .bind(to.as_uuid())
        .bind(event.at.as_millis())
        .bind(version)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if let Some(id) = one.filter(|_| given.rows_affected() == 0) {
            let current = fetch(&mut *tx, id, Scope::Everybody).await?.ok_or(StoreError::NotFound)?;
            return Err(StoreError::VersionConflict(Box::new(current)));
        }
        check_room(&mut tx, to, 0, most).await?;
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(given.rows_affected())
    }
}

/// A token with its first secret and its permissions.
pub(super) async fn insert(tx: &mut Transaction<'_, Db>, new: &NewToken) -> Result<(), StoreError> {
    sqlx::query(
        "insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version,
                            expires_at, allowed_addresses, rate_requests, rate_seconds, search_text, permission_count)
         values ($1, $6, $2, $3, $4, $5, $5, 1, $7, $8, $9, $10, $11, $12)",
    )
    .bind(new.id.as_uuid())
    .bind(new.details.name.as_str())
    .bind(&new.name_key)
    .bind(new.details.description.as_str())
    .bind(new.at.as_millis())
    .bind(new.owner.as_uuid())
    .bind(new.details.expires_at.map(Timestamp::as_millis))
    .bind(new.details.allowed_addresses.to_string())
    .bind(rate_columns(new.details.rate_limit).0)
    .bind(rate_columns(new.details.rate_limit).1)
    .bind(new.details.search_text())
    .bind(new.details.permissions.len() as i64)
    .execute(&mut **tx)
    .await
    .map_err(taken_or_failed)?;
    insert_secret(tx, new.id, &new.digest, &new.hint, new.at).await?;
    insert_permissions(tx, new.id, new.details.permissions.iter()).await
}

pub(super) async fn insert_secret(
    tx: &mut Transaction<'_, Db>,
    token: TokenId,
    digest: &KeyDigest,
    hint: &SecretHint,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at, is_foreign)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(Uuid::now_v7())
    .bind(token.as_uuid())
    .bind(digest.as_bytes().as_slice())
    .bind(&hint.prefix)
    .bind(&hint.last)
    .bind(true)
    .bind(at.as_millis())
    .bind(hint.is_foreign())
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    Ok(())
}

pub(super) async fn insert_permissions(
    tx: &mut Transaction<'_, Db>,
    id: TokenId,
    permissions: impl Iterator<Item = &Permission>,
) -> Result<(), StoreError> {
    for permission in permissions {
        sqlx::query("insert into token_permission (token_id, permission) values ($1, $2)")
            .bind(id.as_uuid())
            .bind(permission.as_str())
            .execute(&mut **tx)
            .await
            .map_err(failed)?;
    }
    Ok(())
}
