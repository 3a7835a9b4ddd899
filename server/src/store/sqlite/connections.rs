//! Connections to the file: how they are shared, how long one is waited for, how long a query may take, and when a
//! connection is thrown away.
//!
//! Verification does not wait for lists: comparing memory with the data has a connection to itself, secrets that are
//! not in memory have theirs, and so have lookups by key. Lists, pages and exports have the others.

use futures_util::{
    TryStreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use sqlx::{
    Connection, Describe, Either, Execute, Executor, SqlStr, Sqlite, SqliteConnection, SqlitePool,
    Transaction,
    pool::PoolConnection,
    sqlite::{
        SqliteConnectOptions, SqlitePoolOptions, SqliteQueryResult, SqliteRow, SqliteStatement,
        SqliteTypeInfo,
    },
};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

/// Longest wait for a connection.
const WAIT: Duration = Duration::from_secs(2);
/// Longest time that a query for one list or one part of a page may take.
const LONGEST: Duration = Duration::from_secs(5);
/// Steps of SQLite's virtual machine between two looks at the time: some microseconds.
const STEPS: i32 = 2_000;
/// Connections for lists and pages. A person has half of them at most.
const READERS: u32 = 4;
/// Connections for single rows, or for secrets that are not in memory: each query takes a fraction of a millisecond.
const FEW: u32 = 2;

/// A pool of this many connections. They are opened once and stay: no server is at the other end that could close
/// them, and later there may be no descriptor left for a new one.
///
/// A transaction that could be neither committed nor rolled back would keep its connection forever: SQLite ends some
/// by itself, when the disk is full, and `sqlx` goes on counting them. So a connection that comes back inside a
/// transaction is closed.
pub async fn pool(options: &SqliteConnectOptions, connections: u32) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .acquire_timeout(WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| {
            Box::pin(async move {
                let is_clean = !connection.is_in_transaction() && is_outside(connection).await;
                if !is_clean {
                    tracing::warn!("a transaction could not be ended; its connection is closed");
                }
                Ok(is_clean)
            })
        })
        .connect_with(options.clone())
        .await
}

/// Is SQLite itself outside any transaction? The driver's own count can be wrong either way: a `begin` that was
/// interrupted may have taken effect. A rollback that was asked for earlier is done before this one is tried.
async fn is_outside(connection: &mut SqliteConnection) -> bool {
    match sqlx::raw_sql("rollback").execute(connection).await {
        Err(sqlx::Error::Database(error)) => error.message().contains("no transaction is active"),
        _ => false,
    }
}

/// The pools that only read.
pub struct Readers {
    pub lists: Lists,
    pub quick: SqlitePool,
    pub secrets: SqlitePool,
    pub changes: SqlitePool,
}

impl Readers {
    pub async fn open(options: SqliteConnectOptions) -> sqlx::Result<Self> {
        let options = options.read_only(true).busy_timeout(WAIT);
        Ok(Self {
            changes: pool(&options, 1).await?,
            secrets: pool(&options, FEW).await?,
            quick: pool(&options, FEW).await?,
            lists: Lists { pool: pool(&options, READERS).await?, longest: LONGEST },
        })
    }
}

/// The connections for lists and pages. Each query has a time limit, and ends when nobody waits for the answer any
/// more: SQLite itself would go on.
#[derive(Debug, Clone)]
pub struct Lists {
    pool: SqlitePool,
    longest: Duration,
}

impl Lists {
    /// Begins several queries about one moment. Together they have the time of one.
    pub async fn begin(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        let mut tx = self.pool.begin().await?;
        self.limit(&mut tx, || true).await?;
        Ok(tx)
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn take(&self) -> sqlx::Result<Taken> {
        let mut connection = self.pool.acquire().await?;
        let asked = Arc::new(());
        let waits: Weak<()> = Arc::downgrade(&asked);
        self.limit(&mut connection, move || waits.strong_count() > 0).await?;
        Ok(Taken { connection, _asked: asked })
    }

    async fn limit(
        &self,
        connection: &mut SqliteConnection,
        goes_on: impl Fn() -> bool + Send + 'static,
    ) -> sqlx::Result<()> {
        let end = Instant::now() + self.longest;
        let mut handle = connection.lock_handle().await?;
        handle.set_progress_handler(STEPS, move || Instant::now() < end && goes_on());
        Ok(())
    }

    /// A connection, if one is free.
    #[cfg(test)]
    pub fn try_take(&self) -> Option<PoolConnection<Sqlite>> {
        self.pool.try_acquire()
    }

    #[cfg(test)]
    pub fn with_longest(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }
}

/// A connection for as long as somebody waits for the answer.
struct Taken {
    connection: PoolConnection<Sqlite>,
    _asked: Arc<()>,
}

impl Deref for Taken {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Taken {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

/// Lists are queried like any connection.
impl<'c> Executor<'c> for &'_ Lists {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, sqlx::Result<Either<SqliteQueryResult, SqliteRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let lists = self.clone();
        // All rows are read at once: every list has an end, and others wait for the connection.
        let rows = async move {
            let mut taken = lists.take().await?;
            let rows: Vec<_> = taken.fetch_many(query).try_collect().await?;
            Ok::<_, sqlx::Error>(stream::iter(rows.into_iter().map(Ok)))
        };
        Box::pin(stream::once(rows).try_flatten())
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<SqliteRow>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let lists = self.clone();
        Box::pin(async move { lists.take().await?.fetch_optional(query).await })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, sqlx::Result<SqliteStatement>>
    where
        'c: 'e,
    {
        let lists = self.clone();
        Box::pin(async move { lists.take().await?.prepare_with(sql, parameters).await })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, sqlx::Result<Describe<Sqlite>>>
    where
        'c: 'e,
    {
        let lists = self.clone();
        Box::pin(async move { lists.take().await?.describe(sql).await })
    }
}
