//! The workspace: one row, and the tokens that one of its rules would touch.

use super::{Db, DbRow, Engine, audit::events, catalogue::HolderRow, failed, tokens::row::decode};
use app::{
    domain::{Event, Holder, Policy, SecretPrefix, Timestamp, Workspace, WorkspaceName},
    service::{StoreError, WorkspaceStore},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row};

struct WorkspaceRow(Workspace);

impl FromRow<'_, DbRow> for WorkspaceRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let (name, prefix): (String, Option<String>) = (row.try_get("name")?, row.try_get("prefix")?);
        let number = |days: i64| u32::try_from(days).map_err(decode);
        let lifetime: Option<i64> = row.try_get("lifetime_days_max")?;
        Ok(Self(Workspace {
            name: WorkspaceName::parse(&name).map_err(decode)?,
            prefix: prefix.map(|prefix| SecretPrefix::parse(&prefix)).transpose().map_err(decode)?,
            policy: Policy {
                lifetime_days: lifetime.map(number).transpose()?,
                expiry_required: row.try_get("expiry_required")?,
            },
            idle_days: number(row.try_get("idle_days")?)?,
            undo_days: number(row.try_get("undo_days")?)?,
            second_factor: row.try_get::<String, _>("second_factor")?.parse().map_err(decode)?,
            version: row.try_get("version")?,
        }))
    }
}

async fn fetch<'e>(executor: impl sqlx::Executor<'e, Database = Db>) -> Result<Workspace, StoreError> {
    let row: WorkspaceRow = sqlx::query_as(
        "select name, prefix, lifetime_days_max, expiry_required, idle_days, undo_days, second_factor, version
           from workspace",
    )
    .fetch_one(executor)
    .await
    .map_err(failed)?;
    Ok(row.0)
}

/// Live tokens in the order of an index over their ends.
macro_rules! select_outlasting {
    ($rest:literal) => {
        concat!(
            "select t.id, t.name, t.owner_id, o.name as owner_name
               from token t join person o on o.id = t.owner_id
              where t.deleted_at is null ",
            $rest
        )
    };
}

#[async_trait]
impl WorkspaceStore for Engine {
    async fn workspace(&self) -> Result<Workspace, StoreError> {
        fetch(&self.quick).await
    }

    async fn change_workspace(&self, to: &Workspace, event: &Event) -> Result<Option<Workspace>, StoreError> {
        let mut tx = self.begin().await?;
        let changed = sqlx::query(
            "update workspace set name = $2, prefix = $3, lifetime_days_max = $4, expiry_required = $5,
                    idle_days = $6, undo_days = $7, second_factor = $8, version = version + 1
              where version = $1",
        )
        .bind(to.version)
        .bind(to.name.as_str())
        .bind(to.prefix.as_ref().map(SecretPrefix::as_str))
        .bind(to.policy.lifetime_days.map(i64::from))
        .bind(to.policy.expiry_required)
        .bind(i64::from(to.idle_days))
        .bind(i64::from(to.undo_days))
        .bind(to.second_factor.as_str())
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        if changed.rows_affected() == 0 {
            return fetch(&mut *tx).await.map(Some);
        }
        events::append(&mut tx, event).await?;
        self.commit(tx).await?;
        Ok(None)
    }

    async fn outlasting(&self, latest: Option<Timestamp>, limit: u32) -> Result<Vec<Holder>, StoreError> {
        let mut tx = self.snapshot().await?;
        let mut found: Vec<HolderRow> =
            sqlx::query_as(select_outlasting!("and t.expires_at is null order by t.id desc limit $1"))
                .bind(i64::from(limit))
                .fetch_all(&mut *tx)
                .await
                .map_err(failed)?;
        if let Some(latest) = latest {
            let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(limit));
            let ending: Vec<HolderRow> = sqlx::query_as(select_outlasting!(
                "and t.expires_at > $2 order by t.expires_at desc, t.id desc limit $1"
            ))
            .bind(i64::from(left))
            .bind(latest.as_millis())
            .fetch_all(&mut *tx)
            .await
            .map_err(failed)?;
            found.extend(ending);
        }
        tx.rollback().await.map_err(failed)?;
        Ok(found.into_iter().map(|HolderRow(holder)| holder).collect())
    }
}
