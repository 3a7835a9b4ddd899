//! Uses: counts that grow, and last uses that move forward. Written once a second, a batch at a time.

use super::{Db, DbRow, Engine, failed, token_row::decode};
use app::{
    domain::{Timestamp, TokenId, Verdict},
    service::{LatestUse, StoreError, UseCount, UseStore},
};
use async_trait::async_trait;
use sqlx::{FromRow, Row, Transaction};

#[derive(Debug, thiserror::Error)]
#[error("{0} is no verdict of this version")]
struct UnknownVerdict(String);

struct UseRow(UseCount);

impl FromRow<'_, DbRow> for UseRow {
    fn from_row(row: &DbRow) -> sqlx::Result<Self> {
        let verdict: String = row.try_get("verdict")?;
        let count: i64 = row.try_get("count")?;
        Ok(Self(UseCount {
            secret: row.try_get("secret_id")?,
            hour: Timestamp::from_millis(row.try_get("hour")?),
            verdict: Verdict::from_name(&verdict).ok_or_else(|| decode(UnknownVerdict(verdict)))?,
            permission: row.try_get("permission")?,
            address: row.try_get("address")?,
            client: row.try_get("client")?,
            count: u64::try_from(count).map_err(decode)?,
        }))
    }
}

#[async_trait]
impl UseStore for Engine {
    async fn add_uses(&self, counts: &[UseCount], latest: &[LatestUse]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        for count in counts {
            add(&mut tx, count).await?;
        }
        for latest in latest {
            move_forward(&mut tx, latest).await?;
        }
        self.commit_uses(tx).await
    }

    async fn uses_of_token(
        &self,
        token: TokenId,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<UseCount>, StoreError> {
        let rows: Vec<UseRow> = sqlx::query_as(
            "select secret_id, hour, verdict, permission, address, client, count from use_count
              where secret_id in (select id from secret where token_id = $1) and hour >= $2
              order by hour desc, secret_id, verdict, permission, address, client limit $3",
        )
        .bind(token.as_uuid())
        .bind(since.as_millis())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().map(|UseRow(count)| count).collect())
    }

    async fn forget_uses(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        let forgotten = sqlx::query(
            "delete from use_count where (secret_id, hour, verdict, permission, address, client) in
                (select secret_id, hour, verdict, permission, address, client from use_count
                  where hour < $1 limit $2)",
        )
        .bind(before.as_millis())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        self.commit_uses(tx).await?;
        Ok(usize::try_from(forgotten.rows_affected()).unwrap_or(usize::MAX))
    }
}

async fn add(tx: &mut Transaction<'_, Db>, count: &UseCount) -> Result<(), StoreError> {
    sqlx::query(
        "insert into use_count (secret_id, hour, verdict, permission, address, client, count)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (secret_id, hour, verdict, permission, address, client)
         do update set count = use_count.count + excluded.count",
    )
    .bind(count.secret)
    .bind(count.hour.as_millis())
    .bind(count.verdict.as_str())
    .bind(&count.permission)
    .bind(&count.address)
    .bind(&count.client)
    .bind(i64::try_from(count.count).unwrap_or(i64::MAX))
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    Ok(())
}

async fn move_forward(tx: &mut Transaction<'_, Db>, latest: &LatestUse) -> Result<(), StoreError> {
    let at = latest.at.as_millis();
    // No version: nobody who edits a token meanwhile has missed anything.
    sqlx::query(
        "update token set last_used_at = $2, last_used_address = $3
          where id = $1 and (last_used_at is null or last_used_at < $2)",
    )
    .bind(latest.token.as_uuid())
    .bind(at)
    .bind(&latest.address)
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    sqlx::query(
        "update secret set last_used_at = $2, last_used_address = $3, last_used_client = $4
          where id = $1 and (last_used_at is null or last_used_at < $2)",
    )
    .bind(latest.secret)
    .bind(at)
    .bind(&latest.address)
    .bind(&latest.client)
    .execute(&mut **tx)
    .await
    .map_err(failed)?;
    Ok(())
}
