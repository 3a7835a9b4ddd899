//! A backup: a copy of the file as of one moment, taken while others read and write it.

use super::{OpenError, explain, open_existing, result_code};
use crate::store::CopyError;
use app::service::EngineStore;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{
    fs::File,
    io::{Error, ErrorKind},
    path::{Path, PathBuf},
};
use tempfile::{Builder, NamedTempFile};

/// The reason a backup was not written. Displays what the operator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error("{} exists already, and was left as it is. Name another file.", .0.display())]
    Exists(PathBuf),
    #[error("No backup was written to {}: {cause}. Name a file in a directory that exists and has room.", path.display())]
    Unwritable { path: PathBuf, cause: Error },
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error("No backup was written, because the copy is damaged: {0}. Check the disk of the database.")]
    Damaged(String),
}

/// A copy without a name yet: it is removed unless it is kept.
pub struct Backup {
    copy: NamedTempFile,
    place: PathBuf,
}

impl Backup {
    /// An empty file beside `place` that its owner alone can read.
    pub fn begin(place: &Path) -> Result<Self, BackupError> {
        if place.symlink_metadata().is_ok() {
            return Err(BackupError::Exists(place.to_owned()));
        }
        let unwritable = |cause| BackupError::Unwritable { path: place.to_owned(), cause };
        let copy =
            Builder::new().prefix(".tokenry-backup-").tempfile_in(directory(place)).map_err(unwritable)?;
        Ok(Self { copy, place: place.to_owned() })
    }

    /// Copies the database to a file beside `place` that its owner alone can read, and checks the copy.
    pub async fn of(database: &Path, place: &Path) -> Result<Self, BackupError> {
        let begun = Self::begin(place)?;
        let unwritable = |cause| BackupError::Unwritable { path: place.to_owned(), cause };
        let copy = &begun.copy;
        let name = copy.path().to_str().ok_or_else(|| unwritable(ErrorKind::InvalidFilename.into()))?;
        let store = open_existing(database).await?;
        let copied = sqlx::query("vacuum into $1").bind(name).execute(&store.writer).await;
        store.close().await;
        copied.map_err(|error| match result_code(&error) {
            // An error of the disk, a full one, or a file that cannot be opened.
            Some(10 | 13 | 14) => unwritable(Error::other(error.to_string())),
            _ => explain(database, &error).into(),
        })?;
        stamp(copy.path()).await.map_err(|error| BackupError::Damaged(error.to_string()))?;
        begun.checked().await
    }

    /// The copy, once it was checked.
    pub async fn checked(self) -> Result<Self, BackupError> {
        check(self.path()).await?;
        Ok(self)
    }

    pub fn path(&self) -> &Path {
        self.copy.path()
    }

    /// Gives the copy its name, once all of it is on the disk.
    pub fn keep(self) -> Result<(), BackupError> {
        let Self { copy, place } = self;
        let kept = copy.as_file().sync_all().and_then(|()| {
            copy.persist_noclobber(&place)?;
            File::open(directory(&place))?.sync_all()
        });
        kept.map_err(|cause| match cause.kind() {
            ErrorKind::AlreadyExists => BackupError::Exists(place),
            _ => BackupError::Unwritable { path: place, cause },
        })
    }
}

fn directory(place: &Path) -> &Path {
    place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes into the copy that it is one, for the server that begins with it.
async fn stamp(copy: &Path) -> sqlx::Result<()> {
    let mut connection = SqliteConnectOptions::new().filename(copy).connect().await?;
    sqlx::query("update lineage set copied_at = unixepoch() * 1000").execute(&mut connection).await?;
    connection.close().await
}

/// SQLite's own checks of a whole file: its pages and indexes, and its foreign keys.
pub(super) async fn check(copy: &Path) -> Result<(), BackupError> {
    let options = SqliteConnectOptions::new().filename(copy).read_only(true);
    let damaged = |error: sqlx::Error| BackupError::Damaged(error.to_string());
    let mut connection = options.connect().await.map_err(damaged)?;
    let pages: String =
        sqlx::query_scalar("pragma integrity_check(1)").fetch_one(&mut connection).await.map_err(damaged)?;
    let broken = sqlx::query("pragma foreign_key_check").fetch_optional(&mut connection).await;
    let broken = broken.map_err(damaged)?.is_some();
    connection.close().await.map_err(damaged)?;
    match (pages.as_str(), broken) {
        ("ok", false) => Ok(()),
        ("ok", true) => Err(BackupError::Damaged("a row refers to one that is missing".to_owned())),
        _ => Err(BackupError::Damaged(pages)),
    }
}
