//! Connections to the server: for what each is used, how long one is waited for, and how long a statement may take.
//!
//! Verification does not wait for lists: comparing memory with the data has a connection to itself, secrets that are
//! not in memory have theirs, and so have lookups by key. Ten connections are all that a node needs.

use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    io,
    path::PathBuf,
    time::{Duration, Instant},
};
use tokio::{select, sync::watch};

/// Longest wait for a connection.
const WAIT: Duration = Duration::from_secs(2);
/// Longest life of a connection.
const LONGEST_LIFE: Duration = Duration::from_secs(120);
/// Longest time that a query for one list or one part of a page may take, in milliseconds.
const LONGEST: (&str, &str) = ("statement_timeout", "5000");
/// Every list is planned for what it asks, and none is worth compiling, or starting processes for.
const LISTS: &[(&str, &str)] = &[
    LONGEST,
    ("plan_cache_mode", "force_custom_plan"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
];
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
    last_micros: watch::Sender<u64>,
    /// The server that is used.
    server: watch::Sender<Place>,
}

impl Moves {
    fn micros(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn is_since(&self, age: Duration) -> bool {
        let since = self.micros().saturating_sub(*self.last_micros.borrow());
        age.as_micros() <= u128::from(since)
    }

    /// Returns whether the connection leads to the server that is used, and has nothing left to do. A server that is gone
    /// without a word never says so, and its connections would keep their places until TCP gives up, after a quarter of
    /// an hour.
    async fn test(self, connection: &mut PgConnection, age: Duration) -> sqlx::Result<bool> {
        let mut moved = self.last_micros.subscribe();
        if !self.is_since(age) {
            return Ok(false);
        }
        select! {
            done = connection.ping() => done.map(|()| true),
            _ = moved.changed() => Err(left()),
        }
    }
}

fn left() -> sqlx::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "another server is used by now").into()
}

/// The host, the port, and the socket if it is on this machine.
type Place = (String, u16, Option<PathBuf>);

fn place(options: &PgConnectOptions) -> Place {
    (options.get_host().to_owned(), options.get_port(), options.get_socket().cloned())
}

impl Pools {
    /// Connects to a server. The first connection of each pool shows whether that works.
    pub async fn open(options: &PgConnectOptions) -> sqlx::Result<Self> {
        let (last_micros, server) = (watch::Sender::new(0), watch::Sender::new(place(options)));
        let moves = Moves { began: Instant::now(), last_micros, server };
        let pool = async |settings, connections| {
            let (before, after) = (moves.clone(), moves.clone());
            PgPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(WAIT)
                .max_lifetime(LONGEST_LIFE)
                .test_before_acquire(false)
                .before_acquire(move |connection, data| Box::pin(before.clone().test(connection, data.age)))
                .after_release(move |connection, data| Box::pin(after.clone().test(connection, data.age)))
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
        self.moves.last_micros.send_replace(self.moves.micros());
        let place = place(options);
        self.moves.server.send_if_modified(|server| {
            let is_another = *server != place;
            *server = place;
            is_another
        });
    }

    /// Waits for what the server does, unless another one takes its place: whether it was done is unknown then. One that
    /// was cut off from its standbys would never be done with a commit.
    pub async fn unless_left<T>(&self, doing: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        let mut server = self.moves.server.subscribe();
        select! {
            done = doing => done,
            _ = server.changed() => Err(left()),
        }
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
