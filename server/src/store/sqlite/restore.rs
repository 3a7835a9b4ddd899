//! Putting a backup in the place of the database. What had ended after it was made is ended again when it is opened.

use super::{OpenError, backup, open, owner};
use crate::store::{
    CopyError,
    journal::{DamagedJournal, Journal},
};
use app::service::EngineStore;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::Builder;

/// The reason a backup was not put back. Displays what the operator can do about it. The data is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("{} is in use. Stop the server, then try again.", .0.display())]
    InUse(PathBuf),
    #[error("{} cannot be used: {cause}", path.display())]
    Backup { path: PathBuf, cause: String },
    #[error(transparent)]
    Journal(#[from] DamagedJournal),
    #[error("{} could not be replaced: {cause}", path.display())]
    Unwritable { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error(transparent)]
    Reopened(#[from] crate::store::OpenError),
}

/// Puts a copy of the backup at `database`, and opens it once. Returns the new name of the data that was there.
pub async fn restore(database: &Path, from: &Path) -> Result<Option<PathBuf>, RestoreError> {
    check_backup(from).await?;
    let journal = Journal::beside(database);
    journal.read().map_err(|cause| journal.damaged(cause))?;
    let kept = if database.exists() {
        let_go(database).await?;
        Some(free_name(database))
    } else {
        None
    };
    let unwritable = |cause: io::Error| RestoreError::Unwritable { path: database.to_owned(), cause };
    let directory =
        database.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut copy = Builder::new().prefix(".tokenry-restore-").tempfile_in(directory).map_err(unwritable)?;
    io::copy(&mut File::open(from).map_err(unwritable)?, copy.as_file_mut()).map_err(unwritable)?;
    copy.as_file().sync_all().map_err(unwritable)?;
    if let Some(kept) = &kept {
        fs::rename(database, kept).map_err(unwritable)?;
    }
    copy.persist(database).map_err(|error| unwritable(error.error))?;
    File::open(directory).and_then(|directory| directory.sync_all()).map_err(unwritable)?;
    open(database).await?.close().await;
    Ok(kept)
}

/// Makes sure that this is an undamaged file of ours.
pub async fn check_backup(from: &Path) -> Result<(), RestoreError> {
    let unusable = |cause: String| RestoreError::Backup { path: from.to_owned(), cause };
    owner::check_file(from).await.map_err(|error| unusable(error.to_string()))?;
    backup::check(from).await.map_err(|error| unusable(error.to_string()))
}

/// Makes sure that nobody uses the database, and moves its journal into it.
async fn let_go(database: &Path) -> Result<(), RestoreError> {
    let in_use = |_: sqlx::Error| RestoreError::InUse(database.to_owned());
    let options = SqliteConnectOptions::new().filename(database).busy_timeout(Duration::from_secs(1));
    let mut connection = options.pragma("locking_mode", "exclusive").connect().await.map_err(in_use)?;
    sqlx::raw_sql("begin exclusive; commit; pragma wal_checkpoint(truncate)")
        .execute(&mut connection)
        .await
        .map_err(in_use)?;
    connection.close().await.map_err(in_use)
}

/// `tokenry.db.before`, or the first of `tokenry.db.before-2` and so on that is free.
fn free_name(database: &Path) -> PathBuf {
    let named = |ending: &str| {
        let mut name = database.to_owned().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    let numbered = (2..).map(|number| named(&format!(".before-{number}")));
    std::iter::once(named(".before")).chain(numbered).find(|name| !name.exists()).unwrap_or_default()
}
