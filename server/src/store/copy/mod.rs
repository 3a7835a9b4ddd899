//! Moving to another database: all rows are copied in one transaction, and read back and compared, while the data that is
//! left can be read and not be written. If it is cut short, nothing is there, and it can be begun again.

mod tables;

pub use tables::{Kind, TABLES, Table, Value};

use super::{DatabaseUrl, OpenError, postgres, sqlite};
use app::{
    domain::Timestamp,
    service::{Clock, EngineStore, KeyDigest, StoreError, SystemClock},
};
use async_trait::async_trait;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// The reason an installation was not copied. Displays what the operator can do about it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error("{0} is in use: it has people or an audit log. Name an empty database.")]
    InUse(DatabaseUrl),
    #[error("Nothing was copied: {0}")]
    Failed(String),
}

/// The number of rows of each table.
pub type Copied = Vec<(&'static str, u64)>;
pub type Values = Vec<Value>;

/// Some rows of one of [`TABLES`], or the word that these were all.
pub enum Batch {
    Rows(usize, Vec<Values>),
    End,
}

/// Rows in their order, as SHA-256 over each and all before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    pub count: u64,
    of_all: Vec<u8>,
}

impl Digest {
    pub fn add(&mut self, row: &Values) {
        self.count += 1;
        self.of_all.extend(format!("{row:?}").into_bytes());
        self.of_all = KeyDigest::of(&self.of_all).as_bytes().to_vec();
    }
}

/// One side of a copy.
#[async_trait]
pub trait CopySide: EngineStore {
    /// Sends all rows, as of one moment. If others have to wait, nothing is written here until nobody listens any more.
    async fn send(&self, to: Sender<Batch>, others: Others) -> Result<(), StoreError>;

    /// Writes all rows, and reads them back. `DoneBefore` if there is an installation already.
    async fn receive(&self, from: Receiver<Batch>) -> Result<Copied, StoreError>;

    /// Notes that this data is a copy, of another moment than now.
    async fn mark_as_copy(&self, at: Timestamp) -> Result<(), StoreError>;
}

/// What others may do while the data is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    Write,
    Read,
}

/// Copies an installation to an empty database, where it goes on.
pub async fn copy(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<Copied, CopyError> {
    copy_whole(from, to, Others::Read, None).await
}

/// Copies an installation from or to a backup, while others may write.
pub async fn copy_backup(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<(), CopyError> {
    copy_whole(from, to, Others::Write, Some(SystemClock.now())).await.map(drop)
}

async fn copy_whole(
    from: &DatabaseUrl,
    to: &DatabaseUrl,
    others: Others,
    copied_at: Option<Timestamp>,
) -> Result<Copied, CopyError> {
    let source: Box<dyn CopySide> = match from {
        DatabaseUrl::Sqlite(path) => Box::new(sqlite::open_existing(path).await.map_err(OpenError::from)?),
        DatabaseUrl::Postgres(url) => Box::new(postgres::open_existing(url).await.map_err(OpenError::from)?),
    };
    let target: Box<dyn CopySide> = match to {
        DatabaseUrl::Sqlite(path) => Box::new(sqlite::open_copy(path).await.map_err(OpenError::from)?),
        DatabaseUrl::Postgres(url) => {
            let url = url.clone().with_journal(None);
            Box::new(postgres::open(&url).await.map_err(OpenError::from)?)
        }
    };
    let (sender, receiver) = channel(2);
    let (sent, received) = tokio::join!(source.send(sender, others), target.receive(receiver));
    let received = match (received, copied_at) {
        (Ok(copied), Some(at)) => target.mark_as_copy(at).await.map(|()| copied),
        (received, _) => received,
    };
    source.close().await;
    target.close().await;
    match received {
        Err(StoreError::DoneBefore) => Err(CopyError::InUse(to.clone())),
        received => {
            sent.map_err(|cause| CopyError::Failed(cause.to_string()))?;
            received.map_err(|cause| CopyError::Failed(cause.to_string()))
        }
    }
}
