//! SQLite: one file, one writer, everything on disk before it is acknowledged.
//!
//! WAL with `synchronous=FULL` (a revoke that was acknowledged survives a power cut), one connection that
//! writes and begins with `begin immediate` (a deferred transaction can fail half-way), several that only read.

mod backup;
mod connections;
#[macro_use]
mod dialect;
#[cfg(test)]
mod inside;
mod owner;
mod restore;
#[macro_use]
#[allow(clippy::duplicate_mod, reason = "every engine compiles the queries with its own names")]
#[path = "../queries/mod.rs"]
mod queries;
#[cfg(test)]
mod tests;

pub use backup::{Backup, BackupError};
pub use restore::{RestoreError, check_backup, restore};

use super::{
    journal::{DamagedJournal, Journal},
    watchers::Watchers,
};
use app::service::{EngineStore, StoreError};
use async_trait::async_trait;
use connections::{Lists, Readers, pool};
use dialect::{
    ADD_USE_TOTALS, ADD_USES, FORGET_BUDGETS, MOVE_SECRETS_FORWARD, MOVE_TOKENS_FORWARD, SPEND_BUDGETS,
    WRITE_TOKEN_NAMES,
};
use owner::{check_owner, newest_schema, refuse_foreign};
use queries::endings::ReconcileError;
use sqlx::{
    Connection, SqliteConnection, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    fs::OpenOptions,
    io::ErrorKind,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Duration,
};

// The names by which the queries call their engine.
type Db = sqlx::Sqlite;
type DbRow = sqlx::sqlite::SqliteRow;
type Pool = Lists;
type DbConnection = SqliteConnection;
type Engine = SqliteStore;

/// The statement that begins a transaction that writes.
const BEGIN_WRITE: &str = "begin immediate";
/// The oldest SQLite that does not lose committed writes in WAL mode (the WAL-reset race).
const SQLITE_VERSION_MIN: &str = "3.51.3";
/// The migration that links the lines of the audit log to each other.
const CHAINED_SINCE: i64 = 2;
/// Longest wait of a write for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

static MIGRATOR: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrator = sqlx::migrate!("migrations/sqlite");
    // Those of a newer version, beside which this one can go on, have run before.
    migrator.set_ignore_missing(true);
    migrator
});

/// The store in one SQLite file.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    reader: Lists,
    /// For lookups by key.
    quick: SqlitePool,
    /// For secrets that verification does not have in memory.
    secrets: SqlitePool,
    /// For reading changes, and nothing else.
    changes: SqlitePool,
    writer: SqlitePool,
    journal: Journal,
    watchers: Watchers,
}

/// The reason a database could not be opened. Displays what the operator can do about it.
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
    #[error(transparent)]
    Journal(#[from] DamagedJournal),
    #[error("{} could not be opened: {cause}", path.display())]
    Other { path: PathBuf, cause: String },
}

/// Opens the file, creates or migrates its tables, and leaves a foreign or newer file untouched.
pub async fn open(path: &Path) -> Result<SqliteStore, OpenError> {
    prepare_file(path)?;
    open_prepared(path, Purpose::Serve).await
}

/// Opens a file that is a copy, or becomes one: what has ended elsewhere is not asked for.
pub async fn open_copy(path: &Path) -> Result<SqliteStore, OpenError> {
    prepare_file(path)?;
    open_prepared(path, Purpose::Copy).await
}

/// Opens an existing file of this version, for commands that run beside a server: it creates and migrates nothing.
pub async fn open_existing(path: &Path) -> Result<SqliteStore, OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    open_prepared(path, Purpose::Command).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Serve,
    Copy,
    Command,
}

async fn open_prepared(path: &Path, purpose: Purpose) -> Result<SqliteStore, OpenError> {
    let migrate = purpose != Purpose::Command;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT);
    let fail = |error: sqlx::Error| explain(path, &error);

    // The first connection looks before it touches: no journal mode is set on a file that is not ours.
    refuse_foreign(path).await?;
    let mut first = SqliteConnection::connect_with(&options).await.map_err(fail)?;
    check_library(&mut first).await.map_err(fail)??;
    let found = check_owner(&mut first, path).await?;
    if !migrate && found.is_none_or(|found| found < newest_schema()) {
        return Err(OpenError::Older(path.to_owned()));
    }
    first.close().await.map_err(fail)?;
    close_to_others(path);

    let options = options.journal_mode(SqliteJournalMode::Wal);
    let writer = pool(&options, 1).await.map_err(fail)?;
    check_durability(&writer, path).await?;
    if migrate {
        MIGRATOR.run(&writer).await.map_err(|error| explain_migration(path, error))?;
    }
    let Readers { lists: reader, quick, secrets, changes } = Readers::open(options).await.map_err(fail)?;
    let (journal, watchers) = (Journal::beside(path), Watchers::default());
    let store = SqliteStore { reader, quick, secrets, changes, writer, journal, watchers };
    let other = |cause: StoreError| OpenError::Other { path: path.to_owned(), cause: cause.to_string() };
    // Only lines from before there was a chain are linked: a link that is missing later was taken away.
    if migrate && found.is_some_and(|found| found < CHAINED_SINCE) {
        seal_audit(&store).await.map_err(other)?;
    }
    if migrate {
        queries::names::write(&store).await.map_err(other)?;
        queries::upgrade::finish(&store).await.map_err(other)?;
    }
    if purpose == Purpose::Serve {
        queries::endings::reconcile(&store, found.is_none()).await.map_err(|error| match error {
            ReconcileError::Journal(damaged) => damaged.into(),
            ReconcileError::Store(cause) => other(cause),
        })?;
    }
    Ok(store)
}

/// Links the lines of an audit log from before there was a chain.
async fn seal_audit(store: &SqliteStore) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    queries::audit::events::seal(&mut tx).await?;
    store.commit(tx).await
}

impl SqliteStore {
    async fn begin(&self) -> Result<Transaction<'static, Db>, StoreError> {
        self.writer.begin_with(BEGIN_WRITE).await.map_err(failed)
    }

    /// Begins several queries about one moment. Together they have the time of one.
    async fn snapshot(&self) -> Result<Transaction<'static, Db>, StoreError> {
        self.reader.begin().await.map_err(failed)
    }

    /// Nobody but this file can answer.
    const fn look_elsewhere(&self) {}

    /// A file acknowledges nothing that another one would not have.
    #[allow(clippy::unused_async, reason = "other engines wait here")]
    async fn be_heard(&self, _: &mut SqliteConnection) -> Result<(), StoreError> {
        Ok(())
    }

    /// Nobody ends a transaction that writes.
    #[allow(clippy::unused_async, reason = "other engines ask here")]
    async fn take_time(&self, _: &mut SqliteConnection) -> Result<(), StoreError> {
        Ok(())
    }

    /// The connection for single statements that write what nothing else depends on.
    const fn aside(&self) -> &SqlitePool {
        &self.writer
    }

    /// The one way to end a transaction that writes: everybody who keeps something in memory learns of it first.
    async fn commit(&self, tx: Transaction<'static, Db>) -> Result<(), StoreError> {
        let committed = async {
            tx.commit().await.map_err(failed)?;
            self.keep_endings().await;
            Ok(())
        };
        self.watchers.tell(self, committed).await
    }

    /// The exception to `commit`: no verdict depends on uses, or on the time of day that is kept, and they are written
    /// all the time. If it were told of them, verification would compare its memory with the data that often for nothing.
    /// What is ended again is ended before memory is compared.
    async fn commit_aside(&self, tx: Transaction<'static, Db>) -> Result<(), StoreError> {
        tx.commit().await.map_err(failed)
    }
}

#[async_trait]
impl EngineStore for SqliteStore {
    /// Closing the last connection moves the write-ahead log into the file.
    async fn close(&self) {
        self.reader.close().await;
        for pool in [&self.quick, &self.secrets, &self.changes, &self.writer] {
            pool.close().await;
        }
    }
}

/// A failure the service can only report as "not now".
fn failed(error: sqlx::Error) -> StoreError {
    match result_code(&error) {
        Some(9) => StoreError::TookTooLong,
        _ => StoreError::Failed(error.to_string()),
    }
}

/// SQLite's primary result code (<https://sqlite.org/rescode.html>).
fn result_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?.parse::<i32>().ok()?;
    Some(code & 0xFF)
}

/// Creates the file for its owner alone (0600; SQLite gives its journals the same mode), or checks that it can be
/// written to. An existing file is not changed.
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
    opened.map(drop).map_err(|error| match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly(path.to_owned()),
        _ => OpenError::Other { path: path.to_owned(), cause: error.to_string() },
    })
}

/// Takes access to the file and the journals beside it away from everybody but their owner, if an earlier start, a
/// copy or a backup has left them open. They are known to be ours by now.
fn close_to_others(path: &Path) {
    // Journals are beside the file itself, not beside a link to it.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        let Ok(found) = std::fs::metadata(&name) else { continue };
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o077 == 0 {
            continue;
        }
        let name = PathBuf::from(name);
        match std::fs::set_permissions(&name, std::fs::Permissions::from_mode(0o600)) {
            Ok(()) => {
                tracing::warn!(path = %name.display(), mode = format_args!("{mode:o}"), "others could read the database; it is now 0600");
            }
            Err(cause) => {
                tracing::warn!(path = %name.display(), mode = format_args!("{mode:o}"), %cause, "others can read the database");
            }
        }
    }
}

async fn check_library(connection: &mut SqliteConnection) -> Result<Result<(), OpenError>, sqlx::Error> {
    let found: String = sqlx::query_scalar("select sqlite_version()").fetch_one(connection).await?;
    let number = |version: &str| -> Vec<u32> { version.split('.').filter_map(|n| n.parse().ok()).collect() };
    let good = number(&found) >= number(SQLITE_VERSION_MIN);
    Ok(if good { Ok(()) } else { Err(OpenError::OldLibrary { found }) })
}

/// SQLite replaces a setting that it cannot have with another one, without an error: on a network file system there
/// cannot be a write-ahead log.
async fn check_durability(writer: &SqlitePool, path: &Path) -> Result<(), OpenError> {
    let settings: (String, i64, i64) = sqlx::query_as(
        "select journal_mode, synchronous, foreign_keys
           from pragma_journal_mode, pragma_synchronous, pragma_foreign_keys",
    )
    .fetch_one(writer)
    .await
    .map_err(|error| explain(path, &error))?;
    if settings == ("wal".to_owned(), 2, 1) { Ok(()) } else { Err(OpenError::NotDurable(path.to_owned())) }
}

/// The error of SQLite, as far as an operator can act on it.
fn explain(path: &Path, error: &sqlx::Error) -> OpenError {
    match result_code(error) {
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
