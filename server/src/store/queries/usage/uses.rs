//! Uses: counts that grow, and last uses that move forward. Written once a second, a batch at a time.

use super::{
    ADD_USE_TOTALS, ADD_USES, Db, DbRow, Engine, MOVE_SECRETS_FORWARD, MOVE_TOKENS_FORWARD, dialect::ids,
    failed, tokens::row::decode,
};
use app::{
    domain::{OTHER_USE, RecentUse, Timestamp, TokenId, VERIFY_TOKENS, Verdict},
    service::{LatestUse, StoreError, UseCount, UseStore},
};
use async_trait::async_trait;
use serde::Serialize;
use sqlx::{Row, Transaction};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
#[error("{0} is not a verdict of this version")]
struct UnknownVerdict(String);

pub fn verdict_of(row: &DbRow) -> sqlx::Result<Verdict> {
    let verdict: String = row.try_get("verdict")?;
    Verdict::from_name(&verdict).ok_or_else(|| decode(UnknownVerdict(verdict)))
}

#[async_trait]
impl UseStore for Engine {
    async fn add_uses(&self, counts: &[UseCount], latest: &[LatestUse]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        if !counts.is_empty() {
            add(&mut tx, counts).await?;
        }
        if !latest.is_empty() {
            move_forward(&mut tx, latest).await?;
        }
        self.commit_aside(tx).await
    }

    async fn recent_uses(
        &self,
        tokens: &[TokenId],
        after: Timestamp,
    ) -> Result<HashMap<TokenId, RecentUse>, StoreError> {
        let rows: Vec<(Uuid, i64, i64, bool)> = sqlx::query_as(concat!(
            "select s.token_id, cast(sum(u.count) as bigint),
                    count(distinct case when u.address not in ('', $4) then u.address end),
                    count(case when u.address = $4 then 1 end) > 0
               from secret s join use_count u on u.secret_id = s.id and u.hour > $2 and u.verdict = $3
              where s.token_id in (select id from ",
            listed!("$1"),
            ") group by s.token_id"
        ))
        .bind(ids(tokens.iter().map(|id| id.as_uuid())))
        .bind(after.as_millis())
        .bind(Verdict::Valid.as_str())
        .bind(OTHER_USE)
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        let number = |count: i64| u64::try_from(count).unwrap_or_default();
        let recent = rows.into_iter().map(|(token, calls, addresses, has_more)| {
            let recent = RecentUse { calls: number(calls), addresses: number(addresses), has_more };
            (TokenId::from_uuid(token), recent)
        });
        Ok(recent.collect())
    }

    async fn forget_uses(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        let counts = sqlx::query(
            "delete from use_count where (secret_id, hour, verdict, permission, address, client) in
                (select secret_id, hour, verdict, permission, address, client from use_count
                  where hour < $1 limit $2)",
        )
        .bind(before.as_millis())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        let counts = usize::try_from(counts.rows_affected()).unwrap_or(usize::MAX);
        let totals = sqlx::query(
            "delete from use_total where (owner_id, hour, verdict) in
                (select owner_id, hour, verdict from use_total where hour < $1 limit $2)",
        )
        .bind(before.as_millis())
        .bind(i64::try_from(limit.saturating_sub(counts)).unwrap_or(i64::MAX))
        .execute(&mut *tx)
        .await
        .map_err(failed)?;
        self.commit_aside(tx).await?;
        Ok(counts.saturating_add(usize::try_from(totals.rows_affected()).unwrap_or(usize::MAX)))
    }
}

/// Passes the counts as one text, since a statement for each of them costs more than the row that it writes.
async fn add(tx: &mut Transaction<'_, Db>, counts: &[UseCount]) -> Result<(), StoreError> {
    let rows = counts.iter().map(|count| {
        let UseCount { secret, hour, verdict, permission, address, client, count } = count;
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        (secret.simple().to_string(), hour.as_millis(), verdict.as_str(), permission, address, client, count)
    });
    let rows = text_of(rows)?;
    sqlx::query(ADD_USES).bind(&rows).execute(&mut **tx).await.map_err(failed)?;
    // A batch has many rows and few owners: the rows that this writes grow with the owners.
    sqlx::query(ADD_USE_TOTALS)
        .bind(&rows)
        .bind(Verdict::Valid.as_str())
        .bind(VERIFY_TOKENS)
        .execute(&mut **tx)
        .await
        .map_err(failed)?;
    Ok(())
}

async fn move_forward(tx: &mut Transaction<'_, Db>, latest: &[LatestUse]) -> Result<(), StoreError> {
    let rows = latest.iter().map(|latest| {
        let LatestUse { secret, token, at, address, client } = latest;
        let (secret, token) = (secret.simple().to_string(), token.as_uuid().simple().to_string());
        (secret, token, at.as_millis(), address, client)
    });
    let rows = text_of(rows)?;
    // The version stays: somebody who edits a token meanwhile has not missed anything.
    sqlx::query(MOVE_TOKENS_FORWARD).bind(&rows).execute(&mut **tx).await.map_err(failed)?;
    sqlx::query(MOVE_SECRETS_FORWARD).bind(&rows).execute(&mut **tx).await.map_err(failed)?;
    Ok(())
}

fn text_of(rows: impl Iterator<Item = impl Serialize>) -> Result<String, StoreError> {
    serde_json::to_string(&rows.collect::<Vec<_>>()).map_err(|error| failed(decode(error)))
}
