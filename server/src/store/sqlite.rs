//! SQLite: one file, one writer, everything on disk before it is acknowledged.
//!
//! WAL with `synchronous=FULL` (a revoke that was acknowledged survives a power cut), one connection that
//! writes and begins with `begin immediate` (a deferred transaction can fail half-way), several that only read.

// First, since others use its macro.
#[macro_use]
#[path = "queries/token_row.rs"]
mod token_row;

#[path = "queries/activity.rs"]
mod activity;
#[path = "queries/catalogue.rs"]
mod catalogue;
#[path = "queries/events.rs"]
mod events;
#[path = "queries/idempotency.rs"]
mod idempotency;
#[path = "queries/import.rs"]
mod import;
#[path = "queries/links.rs"]
mod links;
#[path = "queries/people.rs"]
mod people;
#[path = "queries/restore.rs"]
mod restore;
#[path = "queries/retiring.rs"]
mod retiring;
#[path = "queries/sessions.rs"]
mod sessions;
#[path = "queries/token_end.rs"]
mod token_end;
#[path = "queries/token_list.rs"]
mod token_list;
#[path = "queries/token_list_text.rs"]
mod token_list_text;
#[path = "queries/token_narrow.rs"]
mod token_narrow;
#[path = "queries/token_table.rs"]
mod token_table;
#[path = "queries/tokens.rs"]
mod tokens;
#[path = "queries/uses.rs"]
mod uses;
#[path = "queries/verify.rs"]
mod verify;
#[path = "queries/workspace.rs"]
mod workspace;

use super::watchers::Watchers;
use app::service::StoreError;
use sqlx::{
    Connection, SqliteConnection, Transaction,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::OpenOptions,
    io::ErrorKind,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

// What the queries call their engine.
type Db = sqlx::Sqlite;
type DbRow = sqlx::sqlite::SqliteRow;
type Pool = sqlx::SqlitePool;
type DbConnection = SqliteConnection;
type Engine = SqliteStore;

/// How a transaction that writes begins.
const BEGIN_WRITE: &str = "begin immediate";
/// The oldest SQLite that does not lose committed writes in WAL mode (the WAL-reset race).
const SQLITE_VERSION_MIN: &str = "3.51.3";
/// Adds counts of uses, each of them an array in one JSON text.
const ADD_USES: &str = "
    insert into use_count (secret_id, hour, verdict, permission, address, client, count)
    select unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
      from json_each($1) where true
    on conflict (secret_id, hour, verdict, permission, address, client)
    do update set count = use_count.count + excluded.count";
/// Adds the same counts up, but for those of this verdict and this permission: once for everybody, and once for each
/// person whose tokens they are of.
const ADD_USE_TOTALS: &str = "
    with used as materialized (
        select unhex(value ->> 0) as secret_id, value ->> 1 as hour, value ->> 2 as verdict, value ->> 6 as count
          from json_each($1) where not (value ->> 2 = $2 and value ->> 3 = $3))
    insert into use_total (owner_id, hour, verdict, count)
    select zeroblob(16), hour, verdict, sum(count) from used group by hour, verdict
     union all
    select t.owner_id, u.hour, u.verdict, sum(u.count)
      from used u join secret s on s.id = u.secret_id join token t on t.id = s.token_id
     where t.owner_id is not null group by t.owner_id, u.hour, u.verdict
    on conflict (owner_id, hour, verdict) do update set count = use_total.count + excluded.count";
/// Moves the last uses of tokens, each of them an array in one JSON text, forward and never back. Of two secrets of one
/// token, the one that was used later counts; in the same second, the one that is written later.
const MOVE_TOKENS_FORWARD: &str = "
    update token set last_used_at = latest.at, last_used_address = latest.address
      from (select unhex(value ->> 1) as id, max(value ->> 2) as at, value ->> 3 as address
              from json_each($1) group by value ->> 1) as latest
     where token.id = latest.id and (token.last_used_at is null or token.last_used_at <= latest.at)";
/// The same for the secrets.
const MOVE_SECRETS_FORWARD: &str = "
    update secret set last_used_at = latest.at, last_used_address = latest.address, last_used_client = latest.client
      from (select unhex(value ->> 0) as id, max(value ->> 2) as at, value ->> 3 as address, value ->> 4 as client
              from json_each($1) group by value ->> 0) as latest
     where secret.id = latest.id and (secret.last_used_at is null or secret.last_used_at <= latest.at)";
const READERS: u32 = 4;
/// The migration that ties the lines of the audit log to each other.
const CHAINED_SINCE: i64 = 2;
/// How long a write waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

static MIGRATOR: Migrator = sqlx::migrate!("migrations/sqlite");

/// The store in one SQLite file.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    reader: Pool,
    writer: Pool,
    watchers: Watchers,
}

/// Why a database could not be opened. Displays as what the operator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("The directory {} does not exist. Create it (mkdir -p {}), or name another database with --database.", .0.display(), .0.display())]
    NoDirectory(PathBuf),
    #[error("There is no database at {}. Name the one of your server with --database or --config.", .0.display())]
    Missing(PathBuf),
    #[error("{} is of an older version. Start this version's server once, which brings it up to date.", .0.display())]
    Older(PathBuf),
    #[error("{} is a directory, not a database file. Name a file inside it with --database.", .0.display())]
    IsDirectory(PathBuf),
    #[error("{} cannot be written to. Give this user write access to the file and to its directory.", .0.display())]
    ReadOnly(PathBuf),
    #[error("{} is not a Tokenry database; it was left as it is. Name another file with --database.", .0.display())]
    NotADatabase(PathBuf),
    #[error("{} was written by a newer Tokenry (its schema has number {found}). Start that version; this one left it as it is.", path.display())]
    Newer { path: PathBuf, found: i64 },
    #[error(
        "This build carries SQLite {found}; {SQLITE_VERSION_MIN} or newer is needed to keep committed writes safe."
    )]
    OldLibrary { found: String },
    #[error("{} is in use by another process that does not let go of it. Stop that process, then try again.", .0.display())]
    Busy(PathBuf),
    #[error("{} is on a file system that cannot keep a write-ahead log. Put it on a local disk.", .0.display())]
    NotDurable(PathBuf),
    #[error("{} could not be opened: {cause}", path.display())]
    Other { path: PathBuf, cause: String },
}

/// Opens the file, creates or migrates its tables, and leaves a foreign or newer file untouched.
pub async fn open(path: &Path) -> Result<SqliteStore, OpenError> {
    prepare_file(path)?;
    open_prepared(path, true).await
}

/// Opens a file that is there and of this version, for commands that look beside a running server: it creates and
/// migrates nothing.
pub async fn open_existing(path: &Path) -> Result<SqliteStore, OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    open_prepared(path, false).await
}

async fn open_prepared(path: &Path, migrate: bool) -> Result<SqliteStore, OpenError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT);
    let fail = |error: sqlx::Error| explain(path, &error);

    // The first connection looks before it touches: no journal mode is set on a file that is not ours.
    let mut first = SqliteConnection::connect_with(&options).await.map_err(fail)?;
    check_library(&mut first).await.map_err(fail)??;
    let found = check_owner(&mut first, path).await?;
    if !migrate && found != Some(newest_schema()) {
        return Err(OpenError::Older(path.to_owned()));
    }
    first.close().await.map_err(fail)?;

    let options = options.journal_mode(SqliteJournalMode::Wal);
    let writer =
        SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await.map_err(fail)?;
    check_durability(&writer, path).await?;
    if migrate {
        MIGRATOR.run(&writer).await.map_err(|error| explain_migration(path, error))?;
    }
    let reader = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.read_only(true))
        .await
        .map_err(fail)?;
    let store = SqliteStore { reader, writer, watchers: Watchers::default() };
    // Only lines from before there was a chain: a link that is missing later was taken away.
    if migrate && found.is_some_and(|found| found < CHAINED_SINCE) {
        seal_audit(&store)
            .await
            .map_err(|cause| OpenError::Other { path: path.to_owned(), cause: cause.to_string() })?;
    }
    Ok(store)
}

/// Ties the lines of an audit log from before there was a chain.
async fn seal_audit(store: &SqliteStore) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    events::seal(&mut tx).await?;
    store.commit(tx).await
}

impl SqliteStore {
    async fn begin(&self) -> Result<Transaction<'static, Db>, StoreError> {
        self.writer.begin_with(BEGIN_WRITE).await.map_err(failed)
    }

    /// The one way to end a transaction that writes: whoever keeps something in memory learns of it first.
    async fn commit(&self, tx: Transaction<'static, Db>) -> Result<(), StoreError> {
        self.watchers.tell(self, async { tx.commit().await.map_err(failed) }).await
    }

    /// The one exception: no verdict depends on uses, and they are written every second. Told of them, verification
    /// would compare its memory with the data that often for nothing.
    async fn commit_uses(&self, tx: Transaction<'static, Db>) -> Result<(), StoreError> {
        tx.commit().await.map_err(failed)
    }

    /// Waits for what is under way, then moves the write-ahead log into the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// A failure the service can only report as "not now".
fn failed(error: sqlx::Error) -> StoreError {
    StoreError::Failed(error.to_string())
}

/// Creates the file for its owner alone (0600; SQLite gives its journals the same mode), or checks that it
/// can be written to.
fn prepare_file(path: &Path) -> Result<(), OpenError> {
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !directory.is_dir() {
        return Err(OpenError::NoDirectory(directory.to_owned()));
    }
    if path.is_dir() {
        return Err(OpenError::IsDirectory(path.to_owned()));
    }
    let opened =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = opened.map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly(path.to_owned()),
        _ => OpenError::Other { path: path.to_owned(), cause: error.to_string() },
    })?;
    let mode = file.metadata().map(|m| m.permissions().mode() & 0o777).unwrap_or(0o600);
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), mode = format_args!("{mode:o}"), "others could read the database; it is now 0600");
        let _ = file.set_permissions(std::fs::Permissions::from_mode(0o600));
    }
    Ok(())
}

async fn check_library(connection: &mut SqliteConnection) -> Result<Result<(), OpenError>, sqlx::Error> {
    let found: String = sqlx::query_scalar("select sqlite_version()").fetch_one(connection).await?;
    let number = |version: &str| -> Vec<u32> { version.split('.').filter_map(|n| n.parse().ok()).collect() };
    let good = number(&found) >= number(SQLITE_VERSION_MIN);
    Ok(if good { Ok(()) } else { Err(OpenError::OldLibrary { found }) })
}

/// SQLite answers a setting it cannot have with another one, and no error: on a network file system there is
/// no write-ahead log.
async fn check_durability(writer: &Pool, path: &Path) -> Result<(), OpenError> {
    let settings: (String, i64, i64) = sqlx::query_as(
        "select journal_mode, synchronous, foreign_keys
           from pragma_journal_mode, pragma_synchronous, pragma_foreign_keys",
    )
    .fetch_one(writer)
    .await
    .map_err(|error| explain(path, &error))?;
    if settings == ("wal".to_owned(), 2, 1) { Ok(()) } else { Err(OpenError::NotDurable(path.to_owned())) }
}

fn newest_schema() -> i64 {
    MIGRATOR.iter().map(|m| m.version).max().unwrap_or_default()
}

/// Refuses a file that holds somebody else's tables, or ours from a later version. Says which version it is of, if
/// it has any tables.
async fn check_owner(connection: &mut SqliteConnection, path: &Path) -> Result<Option<i64>, OpenError> {
    let tables: Vec<String> = sqlx::query_scalar("select name from sqlite_schema where type = 'table'")
        .fetch_all(&mut *connection)
        .await
        .map_err(|error| explain(path, &error))?;
    if tables.is_empty() {
        return Ok(None);
    }
    if !["_sqlx_migrations", "token", "event"].iter().all(|ours| tables.iter().any(|t| t == ours)) {
        return Err(OpenError::NotADatabase(path.to_owned()));
    }
    let found: Option<i64> = sqlx::query_scalar("select max(version) from _sqlx_migrations")
        .fetch_one(connection)
        .await
        .map_err(|error| explain(path, &error))?;
    match found {
        Some(found) if found > newest_schema() => Err(OpenError::Newer { path: path.to_owned(), found }),
        found => Ok(found),
    }
}

/// SQLite's primary result codes (<https://sqlite.org/rescode.html>), as far as an operator can act on them.
fn explain(path: &Path, error: &sqlx::Error) -> OpenError {
    let code = error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<i32>().ok());
    match code.map(|c| c & 0xFF) {
        Some(5 | 6) => OpenError::Busy(path.to_owned()),
        Some(8) => OpenError::ReadOnly(path.to_owned()),
        Some(11 | 26) => OpenError::NotADatabase(path.to_owned()),
        _ => OpenError::Other { path: path.to_owned(), cause: error.to_string() },
    }
}

fn explain_migration(path: &Path, error: MigrateError) -> OpenError {
    match error {
        MigrateError::Execute(error) => explain(path, &error),
        MigrateError::VersionMissing(found) => OpenError::Newer { path: path.to_owned(), found },
        other => OpenError::Other { path: path.to_owned(), cause: other.to_string() },
    }
}
