//! Connections to the file: who shares which, how long somebody waits for one, how long a question may take, and when a
//! connection is thrown away.
//!
//! Whoever verifies waits for nobody's list: comparing memory with the data has a connection to itself, secrets that are
//! not in memory have theirs, and so has what is found at once by its key. Lists, pages and exports have the others.

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

/// How long anybody waits for a connection.
const WAIT: Duration = Duration::from_secs(2);
/// How long the data may be asked for one list or one part of a page.
const LONGEST: Duration = Duration::from_secs(5);
/// How many steps of SQLite's machine there are between two looks at the time: some microseconds.
const STEPS: i32 = 2_000;
/// Lists and pages that are read at once. A person has half of them at most.
const READERS: u32 = 4;
/// Single rows, and secrets that are not in memory: each takes a fraction of a millisecond.
const FEW: u32 = 2;

/// A pool of so many connections. They are opened once and stay: there is nothing at the other end that could tire of
/// them, and later there may be no descriptor left for a new one.
///
/// A transaction that could be neither committed nor rolled back would keep its connection for ever (SQLite ends some by
/// itself, when the disk is full; `sqlx` counts on). So whatever comes back inside of one is closed.
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

/// Is SQLite itself outside of any transaction? The driver's own count can be wrong either way: a beginning that was
/// interrupted may have begun. A rollback that was asked for earlier is done before this one is tried.
async fn is_outside(connection: &mut SqliteConnection) -> bool {
    match sqlx::raw_sql("rollback").execute(connection).await {
        Err(sqlx::Error::Database(error)) => error.message().contains("no transaction is active"),
        _ => false,
    }
}

/// Those that only read.
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

/// The connections for lists and pages. Each question has its time, and ends when nobody waits for the answer: SQLite
/// itself would go on.
#[derive(Debug, Clone)]
pub struct Lists {
    pool: SqlitePool,
    longest: Duration,
}

impl Lists {
    /// Several questions about one moment. They have the time of one.
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

/// A list is asked as any connection is.
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
        // All of it at once: every list has an end, and others wait for the connection.
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
