//! The storage. The port is `app::service::Store`. An engine's module opens its database, names its dialect, and
//! includes the queries, which are written once for all engines.

mod sqlite;
mod url;
mod watchers;

pub use sqlite::{Backup, BackupError, OpenError};
pub use url::{DatabaseUrl, DatabaseUrlError};

use app::service::Store;
use std::{path::Path, sync::Arc};

/// Opens the data, creates or migrates its tables, and leaves a database of another program or a newer version
/// untouched.
pub async fn open(url: &DatabaseUrl) -> Result<Arc<dyn Store>, OpenError> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(sqlite::open(path).await?)),
    }
}

/// Opens existing data of this version, for commands that run beside a server: it creates and migrates nothing.
pub async fn open_existing(url: &DatabaseUrl) -> Result<Arc<dyn Store>, OpenError> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(sqlite::open_existing(path).await?)),
    }
}

/// Copies existing data of this version to a file, while others use it, and checks the copy.
pub async fn backup(url: &DatabaseUrl, place: &Path) -> Result<Backup, BackupError> {
    match url {
        DatabaseUrl::Sqlite(path) => Backup::of(path, place).await,
    }
}
