//! Tokens: written once, compiled for every engine. Lower-case SQL with `$n`, milliseconds, booleans.

use super::{Db, DbRow, Engine, events, failed};
use app::{
    domain::{
        Cursor, Description, Direction, Event, Page, Permission, SecretHint, Timestamp, Token, TokenId,
        TokenName,
    },
    service::{NewToken, StoreError, TokenChange, TokenRemoval, TokenStore},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};
use uuid::Uuid;

/// A live token with its current secret and its permissions; the rest of a query says which ones.
macro_rules! select_token {
    ($rest:literal) => {
        concat!(
            "select t.id, t.name, t.description, t.created_at, t.updated_at, t.version, s.prefix, s.last_chars,
                    (select string_agg(p.permission, ' ') from token_permission p where p.token_id = t.id)
                        as permissions
               from token t join secret s on s.token_id = t.id and s.is_current
              where t.deleted_at is null ",
            $rest
        )
    };
}

struct TokenRow(Token);

impl FromRow<'_, DbRow> for TokenRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let name: String = row.try_get("name")?;
        let description: String = row.try_get("description")?;
        let permissions: Option<String> = row.try_get("permissions")?;
        let permissions = permissions.unwrap_or_default();
        Ok(Self(Token {
            id: TokenId::from_uuid(row.try_get("id")?),
            name: TokenName::parse(&name).map_err(decode)?,
            description: Description::parse(&description).map_err(decode)?,
            permissions: permissions
                .split_whitespace()
                .map(|p| p.parse::<Permission>().map_err(decode))
                .collect::<sqlx::Result<_>>()?,
            secret_hint: SecretHint { prefix: row.try_get("prefix")?, last: row.try_get("last_chars")? },
            created_at: Timestamp::from_millis(row.try_get("created_at")?),
            updated_at: Timestamp::from_millis(row.try_get("updated_at")?),
            version: row.try_get("version")?,
        }))
    }
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// The only unique key of a token that two people can both want is its name.
fn taken_or_failed(error: sqlx::Error) -> StoreError {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => StoreError::NameTaken,
        _ => failed(error),
    }
}

#[async_trait]
impl TokenStore for Engine {
    async fn token(&self, id: TokenId) -> Result<Token, StoreError> {
        fetch(&self.reader, id).await?.ok_or(StoreError::NotFound)
    }

    async fn tokens(&self, cursor: &Cursor, limit: u32) -> Result<Page<Token>, StoreError> {
        let sql = match cursor.direction {
            Direction::Older => {
                select_token!(
                    "and (t.created_at, t.id) < ($1, $2) order by t.created_at desc, t.id desc limit $3"
                )
            }
            Direction::Newer => {
                select_token!("and (t.created_at, t.id) > ($1, $2) order by t.created_at, t.id limit $3")
            }
        };
        let rows: Vec<TokenRow> = sqlx::query_as(sql)
            .bind(cursor.created_at.as_millis())
            .bind(cursor.id.as_uuid())
            .bind(i64::from(limit) + 1)
            .fetch_all(&self.reader)
            .await
            .map_err(failed)?;
        let tokens = rows.into_iter().map(|TokenRow(token)| token).collect();
        Ok(Page::of(tokens, limit as usize, cursor, |token: &Token| (token.created_at, token.id)))
    }

    async fn count_tokens(&self, max: u64) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "select count(*) from (select 1 from token where deleted_at is null limit $1) as counted",
        )
        .bind(i64::try_from(max).unwrap_or(i64::MAX))
        .fetch_one(&self.reader)
        .await
        .map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn insert_token(&self, new: &NewToken, event: &Event) -> Result<Token, StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "insert into token (id, name, name_key, description, created_at, updated_at, version)
             values ($1, $2, $3, $4, $5, $5, 1)",
        )
        .bind(new.id.as_uuid())
        .bind(new.details.name.as_str())
        .bind(&new.name_key)
        .bind(new.details.description.as_str())
        .bind(new.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(taken_or_failed)?;
        sqlx::query(
            "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(Uuid::now_v7())
        .bind(new.id.as_uuid())
        .bind(new.digest.as_bytes().as_slice())
        .bind(&new.hint.prefix)
        .bind(&new.hint.last)
        .bind(true)
        .bind(new.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        insert_permissions(&mut tx, new.id, new.details.permissions.iter()).await?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, new.id).await?.ok_or(StoreError::NotFound)?;
        tx.commit().await.map_err(failed)?;
        Ok(token)
    }

    async fn update_token(&self, change: &TokenChange, event: &Event) -> Result<Token, StoreError> {
        let mut tx = self.begin().await?;
        let updated = sqlx::query(
            "update token set name = $3, name_key = $4, description = $5, updated_at = $6, version = version + 1
              where id = $1 and version = $2 and deleted_at is null",
        )
        .bind(change.id.as_uuid())
        .bind(change.version)
        .bind(change.details.name.as_str())
        .bind(&change.name_key)
        .bind(change.details.description.as_str())
        .bind(change.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(taken_or_failed)?;
        if updated.rows_affected() == 0 {
            let current = fetch(&mut *tx, change.id).await?.ok_or(StoreError::NotFound)?;
            return Err(StoreError::VersionConflict(Box::new(current)));
        }
        sqlx::query("delete from token_permission where token_id = $1")
            .bind(change.id.as_uuid())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        insert_permissions(&mut tx, change.id, change.details.permissions.iter()).await?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, change.id).await?.ok_or(StoreError::NotFound)?;
        tx.commit().await.map_err(failed)?;
        Ok(token)
    }

    async fn delete_token(&self, removal: &TokenRemoval, event: &Event) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let deleted = sqlx::query(
            "update token set deleted_at = $2, updated_at = $2, version = version + 1
              where id = $1 and deleted_at is null",
        )
        .bind(removal.id.as_uuid())
        .bind(removal.at.as_millis())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if deleted.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        sqlx::query("update secret set revoked_at = $2 where token_id = $1 and revoked_at is null")
            .bind(removal.id.as_uuid())
            .bind(removal.at.as_millis())
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        events::append(&mut tx, event).await?;
        tx.commit().await.map_err(failed)
    }
}

async fn fetch<'e>(
    executor: impl sqlx::Executor<'e, Database = Db>,
    id: TokenId,
) -> Result<Option<Token>, StoreError> {
    let row: Option<TokenRow> = sqlx::query_as(select_token!("and t.id = $1"))
        .bind(id.as_uuid())
        .fetch_optional(executor)
        .await
        .map_err(failed)?;
    Ok(row.map(|TokenRow(token)| token))
}

async fn insert_permissions(
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
