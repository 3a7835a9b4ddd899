//! The storage. The port is `app::service::Store`. An engine's module opens its database, names its dialect, and
//! includes the queries, which are written once for all engines.

mod copy;
mod postgres;
mod sqlite;
mod url;
mod watchers;

pub use copy::{Copied, CopyError, copy};
pub use postgres::OpenError as PostgresOpenError;
pub use sqlite::{Backup, BackupError, OpenError as SqliteOpenError, RestoreError};
pub use url::{DatabaseUrl, DatabaseUrlError, PostgresUrl};

use app::service::Store;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

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
        DatabaseUrl::Postgres(url) => Err(BackupError::NotAFile(url.clone())),
    }
}

/// Puts a backup in the place of the data, and ends again what had ended since. Returns the new name of the data that
/// was there.
pub async fn restore(url: &DatabaseUrl, from: &Path) -> Result<Option<PathBuf>, RestoreError> {
    match url {
        DatabaseUrl::Sqlite(path) => sqlite::restore(path, from).await,
        DatabaseUrl::Postgres(url) => Err(RestoreError::NotAFile(url.clone())),
    }
}
