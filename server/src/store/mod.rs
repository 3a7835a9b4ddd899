//! The storage. The port is `app::service::Store`. An engine's module opens its database, names its dialect, and
//! includes the queries, which are written once for all engines.

mod copy;
mod journal;
mod postgres;
mod sqlite;
mod url;
mod watchers;

pub use copy::{Copied, CopyError, copy};
pub use postgres::OpenError as PostgresOpenError;
pub use sqlite::{Backup, BackupError, OpenError as SqliteOpenError, RestoreError};
pub use url::{DatabaseUrl, DatabaseUrlError, PostgresUrl};

use app::service::{EngineStore, Store};
use journal::Journal;
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;

/// The question which schema's programs can still use the tables of a newer one.
const OLDEST_PROGRAM: &str = "select oldest from compatibility";

/// The reason the data could not be opened. Displays what the operator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Sqlite(#[from] sqlite::OpenError),
    #[error(transparent)]
    Postgres(#[from] postgres::OpenError),
}

/// Opens the data, creates or migrates its tables, and leaves a database of another program or a newer version
/// untouched.
pub async fn open(url: &DatabaseUrl) -> Result<Arc<dyn Store>, OpenError> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(sqlite::open(path).await?)),
        DatabaseUrl::Postgres(url) => Ok(Arc::new(postgres::open(url).await?)),
    }
}

/// Opens existing data of this version, for commands that run beside a server: it creates and migrates nothing.
pub async fn open_existing(url: &DatabaseUrl) -> Result<Arc<dyn Store>, OpenError> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(sqlite::open_existing(path).await?)),
        DatabaseUrl::Postgres(url) => Ok(Arc::new(postgres::open_existing(url).await?)),
    }
}

/// Copies existing data of this version to a file, while others use it, and checks the copy.
pub async fn backup(url: &DatabaseUrl, place: &Path) -> Result<Backup, BackupError> {
    match url {
        DatabaseUrl::Sqlite(path) => Backup::of(path, place).await,
        DatabaseUrl::Postgres(_) => {
            let backup = Backup::begin(place)?;
            copy::copy_backup(url, &DatabaseUrl::sqlite(backup.path())).await?;
            backup.checked().await
        }
    }
}

/// Puts a backup in the place of a file, or into an empty database, and ends again what had ended since. Returns the new
/// name of the file that was there.
pub async fn restore(url: &DatabaseUrl, from: &Path) -> Result<Option<PathBuf>, RestoreError> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::restore(path, from).await,
        DatabaseUrl::Postgres(database) => {
            sqlite::check_backup(from).await?;
            let journal = Journal::at(database.journal().map(Path::to_owned));
            journal.read().map_err(|cause| journal.damaged(cause))?;
            let unusable =
                |cause: io::Error| RestoreError::Backup { path: from.to_owned(), cause: cause.to_string() };
            // It may be of an older version, and is brought up to date.
            let directory = TempDir::new().map_err(unusable)?;
            let backup = directory.path().join("tokenry.db");
            fs::copy(from, &backup).map_err(unusable)?;
            sqlite::open_copy(&backup).await?.close().await;
            copy::copy_backup(&DatabaseUrl::sqlite(&backup), url).await?;
            open(url).await?.close().await;
            Ok(None)
        }
    }
}
