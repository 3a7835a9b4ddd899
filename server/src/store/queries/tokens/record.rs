//! Tokens: written once, compiled for every engine. Lower-case SQL with `$n`, milliseconds, booleans.

use super::{
    Db, Engine,
    audit::events,
    dialect, end, failed, family, idempotency, list,
    metadata::{self, change_metadata},
    permissions::change_permissions,
    row::{TokenRow, check_owner, check_room, fetch, only},
    table,
};
use app::{
    domain::{
        Event, Owner, PersonId, RateLimit, Scope, SecretHint, Timestamp, Token, TokenFilter, TokenId,
        TokenList, TokenQuery,
    },
    service::{
        DisabledChange, IdempotencyKey, KeyDigest, NewToken, Rotation, StoreError, TokenChange, TokenRemoval,
        TokenStore, search_text, sort_key,
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
pub fn taken_or_failed(error: sqlx::Error) -> StoreError {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => StoreError::NameTaken,
        _ => failed(error),
    }
}

#[async_trait]
impl TokenStore for Engine {
    async fn token(&self, id: TokenId, scope: Scope) -> Result<Token, StoreError> {
        fetch(&self.quick, id, scope).await?.ok_or(StoreError::NotFound)
    }

    async fn token_named(&self, owner: PersonId, name_key: &str) -> Result<Option<Token>, StoreError> {
        let row: Option<TokenRow> = sqlx::query_as(select_token!("and t.owner_id = $1 and t.name_key = $2"))
            .bind(owner.as_uuid())
            .bind(name_key)
            .fetch_optional(&self.quick)
            .await
            .map_err(failed)?;
        Ok(row.map(|TokenRow(token)| token))
    }

    async fn tokens_among(&self, ids: &[TokenId], scope: Scope) -> Result<Vec<Token>, StoreError> {
        let rows: Vec<TokenRow> = sqlx::query_as(select_token!(
            "and t.id in (select id from ",
            listed!("$1"),
            ") and ",
            in_scope!("$2", "t.owner_id")
        ))
        .bind(dialect::ids(ids.iter().map(|id| id.as_uuid())))
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
            false => list::count(&self.reader, scope, filter, now, max).await,
        }
    }

    async fn list_tokens(
        &self,
        scope: Scope,
        query: &TokenQuery,
        now: Timestamp,
    ) -> Result<TokenList, StoreError> {
        list::list(&self.reader, scope, query, now).await
    }

    async fn hours_of_use(
        &self,
        tokens: &[TokenId],
        since: Timestamp,
    ) -> Result<Vec<(TokenId, Timestamp, bool, u64)>, StoreError> {
        table::hours_of_use(&self.reader, tokens, since).await
    }

    async fn old_uses(
        &self,
        tokens: &[TokenId],
        now: Timestamp,
    ) -> Result<Vec<(TokenId, Option<Timestamp>)>, StoreError> {
        table::old_uses(&self.reader, tokens, now).await
    }

    async fn token_owners(&self, limit: u32) -> Result<Vec<Owner>, StoreError> {
        table::owners(&self.reader, limit).await
    }

    async fn has_metadata(&self) -> Result<bool, StoreError> {
        metadata::is_used(&self.reader).await
    }

    async fn done_before(&self, once: &IdempotencyKey) -> Result<Option<TokenId>, StoreError> {
        let mut connection = self.quick.acquire().await.map_err(failed)?;
        idempotency::done_before(&mut connection, once).await
    }

    async fn note_done(
        &self,
        once: &IdempotencyKey,
        token: TokenId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin_once(Some(once)).await?;
        idempotency::remember(&mut tx, Some(once), token, at).await?;
        self.commit(tx).await
    }

    async fn insert_token(&self, new: &NewToken, scope: Scope, event: &Event) -> Result<Token, StoreError> {
        let mut tx = self.begin_once(new.once.as_ref()).await?;
        family::check_parent(&mut tx, new.parent).await?;
        check_owner(&mut tx, new.owner, scope).await?;
        insert(&mut tx, new).await?;
        check_room(&mut tx, new.owner, 0, new.most).await?;
        idempotency::remember(&mut tx, new.once.as_ref(), new.id, new.at).await?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, new.id, Scope::Everybody).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn update_token(&self, change: &TokenChange, event: &Event) -> Result<Token, StoreError> {
        let mut tx = self.begin_once(change.once.as_ref()).await?;
        let updated = sqlx::query(
            concat!("update token set name = $3, name_key = $4, description = $5, updated_at = $6, version = version + 1,
                    expires_at = $8, allowed_addresses = $9, rate_requests = $10, rate_seconds = $11,
                    search_text = $12, permission_count = $13, sort_key = $14
              where id = $1 and version = $2 and deleted_at is null and ", in_scope!("$7", "owner_id")),
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
        .bind(search_text(change.details.name.as_str(), change.details.description.as_str()))
        .bind(change.details.permissions.len() as i64)
        .bind(sort_key(change.details.name.as_str()))
        .execute(&mut *tx)
        .await
        .map_err(taken_or_failed)?;
        if updated.rows_affected() == 0 {
            let current = fetch(&mut *tx, change.id, change.scope).await?.ok_or(StoreError::NotFound)?;
            return Err(StoreError::VersionConflict(Box::new(current)));
        }
        change_permissions(&mut tx, change.id, &change.details.permissions).await?;
        change_metadata(&mut tx, change.id, &change.details.metadata).await?;
        idempotency::remember(&mut tx, change.once.as_ref(), change.id, change.at).await?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, change.id, change.scope).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn delete_token(&self, removal: &TokenRemoval, event: &Event) -> Result<(), StoreError> {
        end::delete(self, removal, event).await
    }

    async fn rotate_token(&self, rotation: &Rotation, event: &Event) -> Result<Token, StoreError> {
        let (id, at) = (rotation.id.as_uuid(), rotation.at.as_millis());
        let mut tx = self.begin_once(rotation.once.as_ref()).await?;
        let rotated = sqlx::query(concat!(
            // A token that was disabled with its secret, and by nobody since, works with the new one.
            "update token set updated_at = $3, version = version + 1,
                    disabled_at = case when disabled_at = (select s.exposed_at from secret s
                                                            where s.token_id = token.id and s.is_current)
                                       then null else disabled_at end
              where id = $1 and version = $2 and deleted_at is null and ",
            in_scope!("$4", "owner_id")
        ))
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
        idempotency::remember(&mut tx, rotation.once.as_ref(), rotation.id, rotation.at).await?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, rotation.id, rotation.scope).await?.ok_or(StoreError::NotFound)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn set_disabled(&self, change: &DisabledChange, event: &Event) -> Result<Token, StoreError> {
        end::set_disabled(self, change, event).await
    }
}

/// Inserts a token with its first secret and its permissions.
pub async fn insert(tx: &mut Transaction<'_, Db>, new: &NewToken) -> Result<(), StoreError> {
    sqlx::query(
        "insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version,
                            expires_at, allowed_addresses, rate_requests, rate_seconds, search_text, permission_count,
                            parent_id, sort_key)
         values ($1, $6, $2, $3, $4, $5, $5, 1, $7, $8, $9, $10, $11, $12, $13, $14)",
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
    .bind(search_text(new.details.name.as_str(), new.details.description.as_str()))
    .bind(new.details.permissions.len() as i64)
    .bind(new.parent.map(TokenId::as_uuid))
    .bind(sort_key(new.details.name.as_str()))
    .execute(&mut **tx)
    .await
    .map_err(taken_or_failed)?;
    // The secret comes last: until then, nobody can have kept in memory what these change.
    change_permissions(tx, new.id, &new.details.permissions).await?;
    if !new.details.metadata.is_empty() {
        change_metadata(tx, new.id, &new.details.metadata).await?;
    }
    insert_secret(tx, new.id, &new.digest, &new.hint, new.at).await
}

pub async fn insert_secret(
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
