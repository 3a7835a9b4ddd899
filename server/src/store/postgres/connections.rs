//! Connections to the server: for what each is used, how long one is waited for, and how long a statement may take.
//!
//! Verification does not wait for lists: comparing memory with the data has a connection to itself, secrets that are
//! not in memory have theirs, and so have lookups by key. Ten connections are all that a node needs.

use sqlx::{
    PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Longest wait for a connection.
const WAIT: Duration = Duration::from_secs(2);
/// Longest life of a connection.
const LONGEST_LIFE: Duration = Duration::from_secs(120);
/// Longest time that a query for one list or one part of a page may take, in milliseconds.
const LONGEST: (&str, &str) = ("statement_timeout", "5000");
/// Every list is planned for what it asks, and none is worth compiling.
const LISTS: &[(&str, &str)] = &[LONGEST, ("plan_cache_mode", "force_custom_plan"), ("jit", "off")];
const SHORT: &[(&str, &str)] = &[LONGEST];
/// A write waits this long for another one, on whichever node. If its node does not go on with it, the server ends it:
/// others wait.
const WRITES: &[(&str, &str)] = &[
    ("statement_timeout", "10000"),
    ("lock_timeout", "5000"),
    ("idle_in_transaction_session_timeout", "10000"),
];

/// The pools of a node.
#[derive(Clone, Debug)]
pub struct Pools {
    pub lists: PgPool,
    pub quick: PgPool,
    pub secrets: PgPool,
    pub changes: PgPool,
    pub writer: PgPool,
    moves: Moves,
}

/// The moment of the last move to another server. Connections from before it are not used any more.
#[derive(Clone, Debug)]
struct Moves {
    began: Instant,
    last_micros: Arc<AtomicU64>,
}

impl Moves {
    fn micros(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn is_since(&self, age: Duration) -> bool {
        let since = self.micros().saturating_sub(self.last_micros.load(Ordering::Relaxed));
        age.as_micros() <= u128::from(since)
    }
}

impl Pools {
    /// Connects to a server. The first connection of each pool shows whether that works.
    pub async fn open(options: &PgConnectOptions) -> sqlx::Result<Self> {
        let moves = Moves { began: Instant::now(), last_micros: Arc::default() };
        let pool = async |settings, connections| {
            let moves = moves.clone();
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(WAIT)
                .max_lifetime(LONGEST_LIFE)
                .before_acquire(move |_: &mut PgConnection, data| {
                    let is_here = moves.is_since(data.age);
                    Box::pin(async move { Ok(is_here) })
                })
                .connect_with(with(options, settings))
                .await
        };
        Ok(Self {
            writer: pool(WRITES, 1).await?,
            changes: pool(SHORT, 1).await?,
            secrets: pool(SHORT, 2).await?,
            quick: pool(SHORT, 2).await?,
            lists: pool(LISTS, 4).await?,
            moves,
        })
    }

    /// From now on, connects to this server.
    pub fn move_to(&self, options: &PgConnectOptions) {
        let all = [
            (&self.writer, WRITES),
            (&self.changes, SHORT),
            (&self.secrets, SHORT),
            (&self.quick, SHORT),
            (&self.lists, LISTS),
        ];
        for (pool, settings) in all {
            pool.set_connect_options(with(options, settings));
        }
        self.moves.last_micros.store(self.moves.micros(), Ordering::Relaxed);
    }

    pub async fn close(&self) {
        for pool in [&self.lists, &self.quick, &self.secrets, &self.changes, &self.writer] {
            pool.close().await;
        }
    }
}

/// The way to a server, with the settings of a pool.
fn with(options: &PgConnectOptions, settings: &[(&str, &str)]) -> PgConnectOptions {
    options.clone().options(settings.iter().copied())
}
