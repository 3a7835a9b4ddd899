//! What is kept, and where. The port is `app::service::Store`; an engine file says how its database is opened
//! and what its dialect is called, and includes the queries, which are written once for all engines.

mod sqlite;
mod url;
mod watchers;

pub use sqlite::OpenError;
pub use url::{DatabaseUrl, DatabaseUrlError};

use app::service::Store;
use std::sync::Arc;

/// Opens the data, creates or migrates its tables, and leaves what is another program's or a newer version's untouched.
pub async fn open(url: &DatabaseUrl) -> Result<Arc<dyn Store>, OpenError> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(sqlite::open(path).await?)),
    }
}

/// Opens data that is there and of this version, for commands that look beside a running server: it creates and migrates
/// nothing.
pub async fn open_existing(url: &DatabaseUrl) -> Result<Arc<dyn Store>, OpenError> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(sqlite::open_existing(path).await?)),
    }
}
