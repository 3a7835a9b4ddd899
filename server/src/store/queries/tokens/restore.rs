//! Deleted tokens: rows that are tombstones, and the restoring of one.

use super::{
    DbRow, Engine,
    audit::events,
    catalogue::HolderRow,
    failed,
    permissions::change_permissions,
    record::{insert_secret, taken_or_failed},
    row::{TokenRow, check_room, ended_by, fetch, only},
};
use app::{
    domain::{Cursor, DeletedToken, Direction, Event, Holder, Page, Scope, Timestamp, Token, TokenId},
    service::{Restoration, RestoreStore, StoreError, search_text, sort_key},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};

/// A deleted token as it was; its secrets are there, and revoked.
macro_rules! select_deleted {
    ($($rest:expr),+) => {
        select_tokens!(
            "t.deleted_at, t.deleted_by_admin,
             (select r.name from person r where r.id = t.deleted_by) as deleted_by_name,
             exists (select 1 from token l
                      where l.owner_id = t.owner_id and l.name_key = t.name_key and l.deleted_at is null)
                 as is_name_taken",
            "where t.deleted_at is not null ",
            $($rest),+
        )
    };
}

struct DeletedRow(DeletedToken);

impl FromRow<'_, DbRow> for DeletedRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let TokenRow(token) = TokenRow::from_row(row)?;
        let deleted_at = Timestamp::from_millis(row.try_get("deleted_at")?);
        let deleted_by = ended_by(row, "deleted_by_name", "deleted_by_admin")?;
        let is_name_taken = row.try_get("is_name_taken")?;
        Ok(Self(DeletedToken { token, deleted_at, deleted_by, is_name_taken }))
    }
}

#[async_trait]
impl RestoreStore for Engine {
    async fn deleted_tokens(
        &self,
        scope: Scope,
        since: Timestamp,
        cursor: &Cursor,
        limit: u32,
    ) -> Result<Page<DeletedToken>, StoreError> {
        // Four statements, so that each has an index in the order of its rows. The way back begins at the cursor, and
        // not at `since`.
        let sql = match (scope, cursor.direction) {
            (Scope::Everybody, Direction::Older) => select_deleted!(
                "and t.deleted_at > $4 and (t.deleted_at, t.id) < ($1, $2)
                 order by t.deleted_at desc, t.id desc limit $3"
            ),
            (Scope::Everybody, Direction::Newer) => select_deleted!(
                "and ",
                unindexed!("t.deleted_at"),
                " > $4 and (t.deleted_at, t.id) > ($1, $2)
                 order by t.deleted_at, t.id limit $3"
            ),
            (Scope::Owner(_), Direction::Older) => select_deleted!(
                "and t.owner_id = $5 and t.deleted_at > $4 and (t.deleted_at, t.id) < ($1, $2)
                 order by t.deleted_at desc, t.id desc limit $3"
            ),
            (Scope::Owner(_), Direction::Newer) => select_deleted!(
                "and t.owner_id = $5 and ",
                unindexed!("t.deleted_at"),
                " > $4 and (t.deleted_at, t.id) > ($1, $2)
                 order by t.deleted_at, t.id limit $3"
            ),
        };
        let query = sqlx::query_as(sql)
            .bind(cursor.created_at.as_millis())
            .bind(cursor.id)
            .bind(i64::from(limit) + 1)
            .bind(since.as_millis());
        let query = match scope {
            Scope::Everybody => query,
            Scope::Owner(person) => query.bind(person.as_uuid()),
        };
        let rows: Vec<DeletedRow> = query.fetch_all(&self.reader).await.map_err(failed)?;
        let deleted = rows.into_iter().map(|DeletedRow(deleted)| deleted).collect();
        let place = |deleted: &DeletedToken| (deleted.deleted_at, deleted.token.id.as_uuid());
        Ok(Page::of(deleted, limit as usize, cursor, place))
    }

    async fn deleted_token(&self, id: TokenId, scope: Scope) -> Result<DeletedToken, StoreError> {
        let row: Option<DeletedRow> =
            sqlx::query_as(select_deleted!("and t.id = $1 and ", in_scope!("$2", "t.owner_id")))
                .bind(id.as_uuid())
                .bind(only(scope))
                .fetch_optional(&self.quick)
                .await
                .map_err(failed)?;
        row.map(|DeletedRow(deleted)| deleted).ok_or(StoreError::NotFound)
    }

    async fn restore_token(&self, restoration: &Restoration, event: &Event) -> Result<Token, StoreError> {
        let Restoration { id, scope, since, name, name_key, digest, hint, at, .. } = restoration;
        let mut tx = self.begin().await?;
        let restored = sqlx::query(
            concat!("update token set deleted_at = null, deleted_by = null, deleted_by_admin = $10, name = $4, name_key = $5,
                    updated_at = $6, version = version + 1, expires_at = $8, permission_count = $9
              where id = $1 and deleted_at > $2 and ", in_scope!("$3", "owner_id"), " and version = $7"),
        )
        .bind(id.as_uuid())
        .bind(since.as_millis())
        .bind(only(*scope))
        .bind(name.as_str())
        .bind(name_key)
        .bind(at.as_millis())
        .bind(restoration.version)
        .bind(restoration.expires_at.map(Timestamp::as_millis))
        .bind(restoration.permissions.len() as i64)
        .bind(false)
        .execute(&mut *tx)
        .await
        .map_err(taken_or_failed)?;
        if restored.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        // The secrets were revoked when the token was deleted. One that was not must not come back with it.
        sqlx::query(
            "update secret set is_current = $3, revoked_at = coalesce(revoked_at, $2)
              where token_id = $1 and (is_current or revoked_at is null)",
        )
        .bind(id.as_uuid())
        .bind(at.as_millis())
        .bind(false)
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        change_permissions(&mut tx, *id, &restoration.permissions).await?;
        insert_secret(&mut tx, *id, digest, hint, *at).await?;
        events::append(&mut tx, event).await?;
        let token = fetch(&mut *tx, *id, *scope).await?.ok_or(StoreError::NotFound)?;
        check_room(&mut tx, token.owner.id, 0, restoration.most).await?;
        // The token may have come back with another name.
        sqlx::query("update token set search_text = $2, sort_key = $3 where id = $1")
            .bind(id.as_uuid())
            .bind(search_text(token.name.as_str(), token.description.as_str()))
            .bind(sort_key(token.name.as_str()))
            .execute(&mut *tx)
            .await
            .map_err(failed)?;
        self.commit(tx).await?;
        Ok(token)
    }

    async fn deleted_between(
        &self,
        after: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Holder>, StoreError> {
        let found: Vec<HolderRow> = sqlx::query_as(
            "select t.id, t.name, t.owner_id, o.name as owner_name
               from token t join person o on o.id = t.owner_id
              where t.deleted_at > $1 and t.deleted_at <= $2
              order by t.deleted_at desc, t.id desc limit $3",
        )
        .bind(after.as_millis())
        .bind(until.as_millis())
        .bind(i64::from(limit))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(found.into_iter().map(|HolderRow(holder)| holder).collect())
    }
}
