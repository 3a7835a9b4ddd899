//! Connections to the server: for what each is used, how long one is waited for, and how long a statement may take.
//!
//! Verification does not wait for lists: comparing memory with the data has a connection to itself, secrets that are
//! not in memory have theirs, and so have lookups by key. Ten connections are all that a node needs.

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// Longest wait for a connection.
const WAIT: Duration = Duration::from_secs(2);
/// Longest life of a connection: one to a server that is no longer the primary ends at some time.
const LONGEST_LIFE: Duration = Duration::from_secs(120);
/// Longest time that a query for one list or one part of a page may take, in milliseconds.
const LONGEST_MS: &str = "5000";
/// Longest wait of a write for another one, on whichever node, in milliseconds.
const LOCK_MS: &str = "5000";
/// Time after which the server ends a transaction whose node does not go on with it, in milliseconds: others wait.
const ABANDONED_MS: &str = "10000";
/// Connections for lists and pages.
const READERS: u32 = 4;
/// Connections for single rows, or for secrets that are not in memory: each query takes a fraction of a millisecond.
const FEW: u32 = 2;

/// The pools of a node.
pub struct Pools {
    pub lists: PgPool,
    pub quick: PgPool,
    pub secrets: PgPool,
    pub changes: PgPool,
    pub writer: PgPool,
}

impl Pools {
    pub async fn open(options: &PgConnectOptions) -> sqlx::Result<Self> {
        // Every list is planned for what it asks, and none is worth compiling.
        let lists =
            [("statement_timeout", LONGEST_MS), ("plan_cache_mode", "force_custom_plan"), ("jit", "off")];
        let quick = [("statement_timeout", LONGEST_MS)];
        let writes = [
            ("lock_timeout", LOCK_MS),
            ("statement_timeout", ABANDONED_MS),
            ("idle_in_transaction_session_timeout", ABANDONED_MS),
        ];
        Ok(Self {
            writer: pool(options.clone().options(writes), 1).await?,
            changes: pool(options.clone().options(quick), 1).await?,
            secrets: pool(options.clone().options(quick), FEW).await?,
            quick: pool(options.clone().options(quick), FEW).await?,
            lists: pool(options.clone().options(lists), READERS).await?,
        })
    }
}

async fn pool(options: PgConnectOptions, connections: u32) -> sqlx::Result<PgPool> {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(WAIT)
        .max_lifetime(LONGEST_LIFE)
        .connect_with(options)
        .await
}
