//! All rows of an installation: read for a copy in another database, and written there.

use super::{Db, DbRow, Engine, failed};
use crate::store::copy::{Batch, Copied, CopySide, Digest, Kind, Others, TABLES, Table, Value, Values};
use app::{domain::Timestamp, service::StoreError};
use async_trait::async_trait;
use futures_util::TryStreamExt;
use sqlx::{QueryBuilder, Row, Transaction};
use tokio::sync::mpsc::{Receiver, Sender};

/// Rows that are written with one statement: both engines take some ten thousand values.
const BATCH: usize = 400;

fn values(table: &Table, row: &DbRow) -> sqlx::Result<Values> {
    let read = |(place, kind): (usize, &Kind)| {
        Ok(match kind {
            Kind::Id => Value::Id(row.try_get(place)?),
            Kind::Bytes => Value::Bytes(row.try_get(place)?),
            Kind::Text => Value::Text(row.try_get(place)?),
            Kind::Number => Value::Number(row.try_get(place)?),
            Kind::Flag => Value::Flag(row.try_get(place)?),
        })
    };
    table.kinds.iter().enumerate().map(read).collect()
}

async fn write(
    tx: &mut Transaction<'static, Db>,
    table: &Table,
    rows: Vec<Values>,
) -> Result<(), StoreError> {
    let mut insert = QueryBuilder::<Db>::new(table.insert);
    insert.push_values(rows, |mut row, values| {
        for value in values {
            match value {
                Value::Id(value) => row.push_bind(value),
                Value::Bytes(value) => row.push_bind(value),
                Value::Text(value) => row.push_bind(value),
                Value::Number(value) => row.push_bind(value),
                Value::Flag(value) => row.push_bind(value),
            };
        }
    });
    insert.build().execute(&mut **tx).await.map_err(failed)?;
    Ok(())
}

/// The number and the digest of the rows of a table.
async fn digest(tx: &mut Transaction<'static, Db>, table: &Table) -> Result<Digest, StoreError> {
    let (mut rows, mut digest) = (sqlx::query(table.select).fetch(&mut **tx), Digest::default());
    while let Some(row) = rows.try_next().await.map_err(failed)? {
        digest.add(&values(table, &row).map_err(failed)?);
    }
    Ok(digest)
}

#[async_trait]
impl CopySide for Engine {
    async fn send(&self, to: Sender<Batch>, others: Others) -> Result<(), StoreError> {
        let mut tx = match others {
            Others::Write => self.snapshot().await?,
            // Whoever would write meanwhile waits, and is told that it cannot be done just now.
            Others::Read => self.begin().await?,
        };
        self.take_time(&mut tx).await?;
        for (table, shape) in TABLES.iter().enumerate() {
            let (mut rows, mut batch) = (sqlx::query(shape.select).fetch(&mut *tx), Vec::new());
            while let Some(row) = rows.try_next().await.map_err(failed)? {
                batch.push(values(shape, &row).map_err(failed)?);
                if batch.len() == BATCH {
                    // Nobody listens any more after an error at the other end, which is told there.
                    let _ = to.send(Batch::Rows(table, std::mem::take(&mut batch))).await;
                }
            }
            if !batch.is_empty() {
                let _ = to.send(Batch::Rows(table, batch)).await;
            }
        }
        let _ = to.send(Batch::End).await;
        // Until the copy is whole, nothing may be written here that it has not got.
        to.closed().await;
        tx.rollback().await.map_err(failed)
    }

    async fn receive(&self, mut from: Receiver<Batch>) -> Result<Copied, StoreError> {
        let mut tx = self.begin().await?;
        self.take_time(&mut tx).await?;
        let is_used: bool = sqlx::query_scalar(
            "select exists (select 1 from person where kind = 'person') or exists (select 1 from event)",
        )
        .fetch_one(&mut *tx)
        .await
        .map_err(failed)?;
        if is_used {
            return Err(StoreError::DoneBefore);
        }
        for table in TABLES.iter().rev().filter(|table| table.name != "event") {
            sqlx::query(table.delete).execute(&mut *tx).await.map_err(failed)?;
        }
        let mut sent: Vec<Digest> = TABLES.iter().map(|_| Digest::default()).collect();
        loop {
            match from.recv().await {
                Some(Batch::Rows(table, rows)) => {
                    rows.iter().for_each(|row| sent[table].add(row));
                    write(&mut tx, &TABLES[table], rows).await?;
                }
                Some(Batch::End) => break,
                None => return Err(StoreError::Failed("the data could not be read to its end".to_owned())),
            }
        }
        let mut copied = Copied::new();
        for (table, sent) in TABLES.iter().zip(sent) {
            if digest(&mut tx, table).await? != sent {
                return Err(StoreError::Failed(format!("{} reads back differently", table.name)));
            }
            copied.push((table.name, sent.count));
        }
        self.commit(tx).await?;
        Ok(copied)
    }

    async fn mark_as_copy(&self, at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("update lineage set copied_at = $1").bind(at.as_millis());
        query.execute(self.aside()).await.map_err(failed)?;
        Ok(())
    }
}
