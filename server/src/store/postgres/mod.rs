//! PostgreSQL: one database, any number of nodes.
//!
//! Whoever writes anything on which a verdict or the audit log depends locks the one row of `head` first, on whichever
//! node. So writes follow each other as they do on SQLite: what a transaction has compared stays so until it commits,
//! and revisions become visible in their order.

mod connections;
#[macro_use]
mod dialect;
mod opening;
#[macro_use]
#[allow(clippy::duplicate_mod, reason = "every engine compiles the queries with its own names")]
#[path = "../queries/mod.rs"]
mod queries;

pub use opening::{OpenError, open, open_existing};

use super::{journal::Journal, url::PostgresUrl, watchers::Watchers};
use app::service::{EngineStore, StoreError};
use async_trait::async_trait;
use connections::Pools;
use dialect::{
    ADD_USE_TOTALS, ADD_USES, FORGET_BUDGETS, MOVE_SECRETS_FORWARD, MOVE_TOKENS_FORWARD, SPEND_BUDGETS,
    WRITE_TOKEN_NAMES,
};
use sqlx::{PgConnection, PgPool, Transaction};
use std::{path::Path, sync::Arc};
use tokio::sync::Mutex;
use uuid::Uuid;

// The names by which the queries call their engine.
type Db = sqlx::Postgres;
type DbRow = sqlx::postgres::PgRow;
type Pool = PgPool;
type DbConnection = PgConnection;
type Engine = PostgresStore;

/// The statement that makes a transaction the only one that writes.
const BE_THE_WRITER: &str = "select revision from head for update";
/// The statement that begins a transaction that reads one moment.
const BEGIN_SNAPSHOT: &str = "begin isolation level repeatable read read only";
/// The code of a statement that took longer than it may.
const CANCELLED: &str = "57014";

/// The store in one database of a PostgreSQL server.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    reader: PgPool,
    /// For lookups by key, and for writes on which nothing else depends.
    quick: PgPool,
    /// For secrets that verification does not have in memory.
    secrets: PgPool,
    /// For reading changes, and nothing else.
    changes: PgPool,
    writer: PgPool,
    /// All of these.
    pools: Pools,
    url: PostgresUrl,
    node: Uuid,
    /// Locked while the primary is looked for.
    looking: Arc<Mutex<()>>,
    journal: Journal,
    watchers: Watchers,
}

impl PostgresStore {
    fn new(url: PostgresUrl, pools: Pools) -> Self {
        Self {
            reader: pools.lists.clone(),
            quick: pools.quick.clone(),
            secrets: pools.secrets.clone(),
            changes: pools.changes.clone(),
            writer: pools.writer.clone(),
            pools,
            journal: Journal::at(url.journal().map(Path::to_owned)),
            url,
            node: Uuid::now_v7(),
            looking: Arc::default(),
            watchers: Watchers::default(),
        }
    }

    /// Looks for the primary, since the server that was asked is away, or is a standby by now. Meanwhile there is no
    /// answer.
    fn look_elsewhere(&self) {
        let Ok(looking) = self.looking.clone().try_lock_owned() else { return };
        let store = self.clone();
        tokio::spawn(async move {
            if let Ok(options) = opening::primary(&store.url).await {
                store.pools.move_to(&options);
            }
            drop(looking);
        });
    }

    /// Makes sure that the server's acknowledgement still counts. Where it waits for a standby, one that was cut off
    /// from its standbys, and has been replaced without knowing, acknowledges nothing.
    async fn be_heard(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        sqlx::query(
            "insert into pulse (node_id, at)
             select $1, (extract(epoch from clock_timestamp()) * 1000)::bigint
              where current_setting('synchronous_standby_names') <> '' and not pg_is_in_recovery()
             on conflict (node_id) do update set at = excluded.at",
        )
        .bind(self.node)
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn begin(&self) -> Result<Transaction<'static, Db>, StoreError> {
        let begun = async {
            let mut tx = self.writer.begin().await?;
            sqlx::query(BE_THE_WRITER).execute(&mut *tx).await?;
            Ok(tx)
        };
        self.pools.unless_left(begun).await.map_err(failed)
    }

    /// Lets this transaction take as long as it takes.
    async fn take_time(&self, tx: &mut PgConnection) -> Result<(), StoreError> {
        for sql in ["set local statement_timeout = 0", "set local idle_in_transaction_session_timeout = 0"] {
            sqlx::query(sql).execute(&mut *tx).await.map_err(failed)?;
        }
        Ok(())
    }

    /// The one way to end a transaction that writes: everybody who keeps something in memory learns of it first.
    async fn commit(&self, tx: Transaction<'static, Db>) -> Result<(), StoreError> {
        let committed = async {
            self.commit_aside(tx).await?;
            self.keep_endings().await;
            Ok(())
        };
        self.watchers.tell(self, committed).await
    }

    /// The exception to `commit`: no verdict depends on uses, or on the time of day that is kept. What is ended again is
    /// ended before memory is compared.
    async fn commit_aside(&self, tx: Transaction<'static, Db>) -> Result<(), StoreError> {
        self.pools.unless_left(tx.commit()).await.map_err(failed)
    }

    /// Begins several queries about one moment.
    async fn snapshot(&self) -> Result<Transaction<'static, Db>, StoreError> {
        self.reader.begin_with(BEGIN_SNAPSHOT).await.map_err(failed)
    }

    /// The connections for single statements that write what nothing else depends on: they wait for no other write.
    const fn aside(&self) -> &PgPool {
        &self.quick
    }
}

#[async_trait]
impl EngineStore for PostgresStore {
    async fn close(&self) {
        self.pools.close().await;
    }
}

/// A failure the service can only report as "not now".
fn failed(error: sqlx::Error) -> StoreError {
    match error.as_database_error().and_then(|error| error.code()) {
        Some(code) if code == CANCELLED => StoreError::TookTooLong,
        _ => StoreError::Failed(error.to_string()),
    }
}
