//! Opening a database: the right server, a database that is ours or empty, and tables of this version.

use super::{
    PostgresStore,
    connections::Pools,
    queries::{self, endings::ReconcileError},
};
use crate::store::{OLDEST_PROGRAM, journal::DamagedJournal, url::PostgresUrl};
use app::service::StoreError;
use sqlx::{
    Connection, PgConnection,
    migrate::{MigrateError, Migrator},
    postgres::PgConnectOptions,
};
use std::{sync::LazyLock, time::Duration};
use tokio::time::timeout;

static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrator = sqlx::migrate!("migrations/postgres");
    // Those of a newer version, beside which this one can go on, have run before.
    migrator.set_ignore_missing(true);
    migrator
});

/// The oldest server that all of this was tried on.
const VERSION_MIN: i32 = 15;
/// Longest wait for one server to answer.
const WAIT: Duration = Duration::from_secs(5);
/// Longest wait for its standbys.
const HEARD: Duration = Duration::from_secs(2);

/// The reason a database could not be opened. Displays what the operator can do about it, and never the password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("No server answers at {url}: {cause}. Start it, or correct --database.")]
    Unreachable { url: PostgresUrl, cause: String },
    #[error("{url} refused this user: {cause}. Correct the user name or the password of --database.")]
    Refused { url: PostgresUrl, cause: String },
    #[error("There is no database at {url}: {cause}. Create it (createdb), or correct --database.")]
    NoDatabase { url: PostgresUrl, cause: String },
    #[error(
        "{0} is a standby, which cannot be written to. Name the primary, or all servers with commas between them."
    )]
    Standby(PostgresUrl),
    #[error("{url} runs PostgreSQL {found}; {VERSION_MIN} or newer is needed.")]
    OldServer { url: PostgresUrl, found: i32 },
    #[error(
        "{url} acknowledges what could still be lost (synchronous_commit = {found}). Set it to on for this database."
    )]
    NotDurable { url: PostgresUrl, found: String },
    #[error(
        "{url} keeps texts as {found}; Tokenry needs a database in UTF8 (createdb --encoding UTF8 --template template0)."
    )]
    Encoding { url: PostgresUrl, found: String },
    #[error(
        "{0} holds the tables of another program; they were left as they are. Name an empty database with --database."
    )]
    Foreign(PostgresUrl),
    #[error("{0} is empty. Start the server once, which fills it.")]
    Missing(PostgresUrl),
    #[error("{0} is of an older version. Start this version's server once, which brings it up to date.")]
    Older(PostgresUrl),
    #[error(
        "{url} was written by a newer Tokenry (its schema has number {found}). Start that version; this one left it as it is."
    )]
    Newer { url: PostgresUrl, found: i64 },
    #[error(transparent)]
    Journal(#[from] DamagedJournal),
    #[error("{url} could not be opened: {cause}")]
    Other { url: PostgresUrl, cause: String },
}

/// Opens the database, creates or migrates its tables, and leaves a foreign or newer one untouched.
pub async fn open(url: &PostgresUrl) -> Result<PostgresStore, OpenError> {
    let (options, mut first) = connect(url).await?;
    let found = look(&mut first, url).await?;
    // Several nodes may start at once: the first one to get the lock migrates, and the others wait for it.
    MIGRATOR.run_direct(None, &mut first, false).await.map_err(|error| explain_migration(url, error))?;
    if found.is_none() {
        tracing::info!("the tables were created");
    }
    first.close().await.map_err(|error| explain(url, &error))?;
    let store = connected(url, &options).await?;
    let other = |cause: StoreError| OpenError::Other { url: url.clone(), cause: cause.to_string() };
    queries::names::write(&store).await.map_err(other)?;
    queries::upgrade::finish(&store).await.map_err(other)?;
    queries::endings::reconcile(&store, found.is_none()).await.map_err(|error| match error {
        ReconcileError::Journal(damaged) => damaged.into(),
        ReconcileError::Store(cause) => other(cause),
    })?;
    Ok(store)
}

/// Opens an existing database of this version, for commands that run beside a server: it creates and migrates nothing.
pub async fn open_existing(url: &PostgresUrl) -> Result<PostgresStore, OpenError> {
    let (options, mut first) = connect(url).await?;
    match look(&mut first, url).await? {
        None => return Err(OpenError::Missing(url.clone())),
        Some(found) if found < newest_schema() => return Err(OpenError::Older(url.clone())),
        Some(_) => {}
    }
    first.close().await.map_err(|error| explain(url, &error))?;
    connected(url, &options).await
}

async fn connected(url: &PostgresUrl, options: &PgConnectOptions) -> Result<PostgresStore, OpenError> {
    let pools = Pools::open(options).await.map_err(|error| explain(url, &error))?;
    Ok(PostgresStore::new(url.clone(), pools))
}

/// The way to the server that is the primary now.
pub(super) async fn primary(url: &PostgresUrl) -> Result<PgConnectOptions, OpenError> {
    let (options, connection) = connect(url).await?;
    let _ = connection.close().await;
    Ok(options)
}

/// A connection to the first server that is the primary, and how it was reached.
async fn connect(url: &PostgresUrl) -> Result<(PgConnectOptions, PgConnection), OpenError> {
    let mut last = OpenError::Other { url: url.clone(), cause: "it names no server".to_owned() };
    for options in url.servers() {
        let unreachable = |cause: &str| OpenError::Unreachable { url: url.clone(), cause: cause.to_owned() };
        let reached = timeout(WAIT, reach(url, options)).await;
        last = match reached.unwrap_or_else(|_| Err(unreachable("it does not answer"))) {
            Ok(mut connection) => {
                if url.servers().len() == 1 || is_heard(&mut connection, options).await {
                    return Ok((options.clone(), connection));
                }
                unreachable("its standbys acknowledge nothing")
            }
            Err(error) => error,
        };
    }
    Err(last)
}

async fn reach(url: &PostgresUrl, options: &PgConnectOptions) -> Result<PgConnection, OpenError> {
    let mut connection = PgConnection::connect_with(options).await.map_err(|error| explain(url, &error))?;
    check(&mut connection, url).await?;
    Ok(connection)
}

/// Whether writes are acknowledged. A primary that was cut off from its standbys, and does not know that another one has
/// taken its place, is not the one to use. One that refuses to write can still be read.
async fn is_heard(connection: &mut PgConnection, options: &PgConnectOptions) -> bool {
    let process = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *connection);
    let Ok(Ok(process)) = timeout(HEARD, process).await else { return false };
    let process: i32 = process;
    // A line in the log of the server that changes nothing.
    let write = sqlx::query("select pg_logical_emit_message(true, 'tokenry', '')").execute(connection);
    if timeout(HEARD, write).await.is_ok() {
        return true;
    }
    // The server would wait on, even if nobody waits for it.
    if let Ok(Ok(mut other)) = timeout(WAIT, PgConnection::connect_with(options)).await {
        let end = sqlx::query("select pg_terminate_backend($1)").bind(process).execute(&mut other);
        let _ = timeout(WAIT, end).await;
    }
    false
}

async fn check(connection: &mut PgConnection, url: &PostgresUrl) -> Result<(), OpenError> {
    let (version, encoding, is_standby, waits): (i32, String, bool, String) = sqlx::query_as(
        "select current_setting('server_version_num')::integer / 10000, current_setting('server_encoding'),
                pg_is_in_recovery(), current_setting('synchronous_commit')",
    )
    .fetch_one(connection)
    .await
    .map_err(|error| explain(url, &error))?;
    match url.clone() {
        url if version < VERSION_MIN => Err(OpenError::OldServer { url, found: version }),
        url if encoding != "UTF8" => Err(OpenError::Encoding { url, found: encoding }),
        url if is_standby => Err(OpenError::Standby(url)),
        url if ["off", "local"].contains(&waits.as_str()) => Err(OpenError::NotDurable { url, found: waits }),
        _ => Ok(()),
    }
}

fn newest_schema() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The version of the tables, if there are any. Tables of another program, or of a later version, are refused.
async fn look(connection: &mut PgConnection, url: &PostgresUrl) -> Result<Option<i64>, OpenError> {
    let fail = |error: sqlx::Error| explain(url, &error);
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = current_schema()")
            .fetch_all(&mut *connection)
            .await
            .map_err(fail)?;
    let has = |name: &str| tables.iter().any(|table| table == name);
    if tables.iter().all(|table| table == "_sqlx_migrations") {
        return Ok(None);
    }
    if !["_sqlx_migrations", "token", "event"].into_iter().all(has) {
        return Err(OpenError::Foreign(url.clone()));
    }
    let found: Option<i64> = sqlx::query_scalar("select max(version) from _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await
        .map_err(fail)?;
    let oldest: i64 = sqlx::query_scalar(OLDEST_PROGRAM)
        .fetch_one(connection)
        .await
        .map_err(|error| explain(url, &error))?;
    match found {
        Some(found) if found > newest_schema() && oldest > newest_schema() => {
            Err(OpenError::Newer { url: url.clone(), found })
        }
        found => Ok(found),
    }
}

/// The error of the server, as far as an operator can act on it (PostgreSQL, appendix A: error codes).
fn explain(url: &PostgresUrl, error: &sqlx::Error) -> OpenError {
    let (url, cause) = (url.clone(), error.to_string());
    match (error, error.as_database_error().and_then(|error| error.code()).as_deref()) {
        (_, Some("28000" | "28P01" | "42501")) => OpenError::Refused { url, cause },
        (_, Some("3D000")) => OpenError::NoDatabase { url, cause },
        (sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut, _) => {
            OpenError::Unreachable { url, cause }
        }
        _ => OpenError::Other { url, cause },
    }
}

fn explain_migration(url: &PostgresUrl, error: MigrateError) -> OpenError {
    match error {
        MigrateError::Execute(error) => explain(url, &error),
        MigrateError::VersionMissing(found) => OpenError::Newer { url: url.clone(), found },
        other => OpenError::Other { url: url.clone(), cause: other.to_string() },
    }
}
