//! Who follows the audit log, and up to which line.

use super::{DbRow, Engine, failed, tokens::row::decode};
use app::{
    domain::Timestamp,
    service::{Follower, FollowerKind, Lease, OutboxStore, StoreError},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};
use uuid::Uuid;

pub struct FollowerRow(pub Follower);

impl FromRow<'_, DbRow> for FollowerRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let since: Option<i64> = row.try_get("failing_since")?;
        Ok(Self(Follower {
            id: row.try_get("id")?,
            kind: kind(&row.try_get::<String, _>("kind")?)?,
            line: row.try_get("line")?,
            failures: u32::try_from(row.try_get::<i64, _>("failures")?).unwrap_or(u32::MAX),
            failing_since: since.map(Timestamp::from_millis),
        }))
    }
}

fn kind(name: &str) -> sqlx::Result<FollowerKind> {
    FollowerKind::from_name(name).ok_or_else(|| decode(StoreError::Failed(format!("no follower is {name}"))))
}

/// There is something to send now.
macro_rules! is_due {
    () => {
        "paused_at is null
           and ((due_at <= $1 and line < (select coalesce(max(id), 0) from event))
                or exists (select 1 from delivery d where d.webhook_id = follower.id and d.again_at is not null)
                or (due_at <= $1 and kind = 'mail' and exists (select 1 from notice where notice.due_at <= $1)))
           and (leased_by is null or leased_by = $2 or leased_until <= $1)"
    };
}

#[async_trait]
impl OutboxStore for Engine {
    async fn begin_to_follow(&self, kind: FollowerKind, line: i64) -> Result<(), StoreError> {
        let insert = "insert into follower (id, kind, line) values ($1, $2, $3) on conflict (id) do nothing";
        let query = sqlx::query(insert).bind(kind.only()).bind(kind.as_str()).bind(line);
        query.execute(self.aside()).await.map_err(failed)?;
        Ok(())
    }

    async fn follower(&self, id: Uuid) -> Result<Option<(String, Option<Timestamp>)>, StoreError> {
        let row: Option<(String, Option<i64>)> =
            sqlx::query_as("select trouble, failing_since from follower where id = $1")
                .bind(id)
                .fetch_optional(&self.quick)
                .await
                .map_err(failed)?;
        Ok(row.map(|(trouble, since)| (trouble, since.map(Timestamp::from_millis))))
    }

    async fn followers_due(
        &self,
        holder: Uuid,
        now: Timestamp,
    ) -> Result<Vec<(Uuid, FollowerKind)>, StoreError> {
        let sql = concat!("select id, kind from follower where ", is_due!(), " order by due_at, id");
        let rows: Vec<(Uuid, String)> = sqlx::query_as(sql)
            .bind(now.as_millis())
            .bind(holder)
            .fetch_all(&self.quick)
            .await
            .map_err(failed)?;
        let known = |(id, name): (Uuid, String)| FollowerKind::from_name(&name).map(|kind| (id, kind));
        Ok(rows.into_iter().filter_map(known).collect())
    }

    async fn lease_follower(
        &self,
        id: Uuid,
        lease: Lease,
        now: Timestamp,
    ) -> Result<Option<Follower>, StoreError> {
        let row: Option<FollowerRow> = sqlx::query_as(concat!(
            "update follower set leased_by = $2, leased_until = $3 where id = $4 and ",
            is_due!(),
            " returning id, kind, line, failures, failing_since"
        ))
        .bind(now.as_millis())
        .bind(lease.holder)
        .bind(lease.until.as_millis())
        .bind(id)
        .fetch_optional(self.aside())
        .await
        .map_err(failed)?;
        Ok(row.map(|FollowerRow(follower)| follower))
    }

    async fn note_followed(&self, id: Uuid, lease: Lease, line: i64) -> Result<bool, StoreError> {
        let noted = sqlx::query(
            "update follower set line = $4, leased_until = $3, failures = 0, failing_since = null, trouble = ''
              where id = $1 and leased_by = $2 and line <= $4",
        )
        .bind(id)
        .bind(lease.holder)
        .bind(lease.until.as_millis())
        .bind(line)
        .execute(self.aside())
        .await
        .map_err(failed)?;
        Ok(noted.rows_affected() == 1)
    }

    async fn note_unsent(
        &self,
        follower: &Follower,
        holder: Uuid,
        now: Timestamp,
        due_at: Timestamp,
        trouble: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "update follower set failures = failures + 1, failing_since = coalesce(failing_since, $3), due_at = $4,
                    trouble = $5, leased_by = null
              where id = $1 and leased_by = $2",
        )
        .bind(follower.id)
        .bind(holder)
        .bind(now.as_millis())
        .bind(due_at.as_millis())
        .bind(trouble)
        .execute(self.aside())
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn release_follower(&self, id: Uuid, holder: Uuid) -> Result<(), StoreError> {
        sqlx::query("update follower set leased_by = null where id = $1 and leased_by = $2")
            .bind(id)
            .bind(holder)
            .execute(self.aside())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
