//! What is kept, and where. The port is `app::service::Store`; an engine file says how its database is opened
//! and what its dialect is called, and includes the queries, which are written once for all engines.

mod connections;
mod sqlite;
#[cfg(test)]
mod tests;
mod watchers;

pub use sqlite::{OpenError, SqliteStore, open as open_sqlite, open_existing as open_existing_sqlite};
