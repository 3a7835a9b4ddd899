//! The owner of a file: Tokenry, and which version of it, or another program, whose file is left as it is.

use super::{MIGRATOR, OpenError, explain};
use crate::store::OLDEST_PROGRAM;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

/// The table that notes which migrations have run.
const MIGRATIONS: &str = "_sqlx_migrations";

/// Refuses another program's file without touching it. If it is read as immutable, SQLite makes no journal beside it
/// and plays none back. What is still in a journal is not seen then, so a file that has next to no tables is not
/// judged here. Nor is a file that makes no sense while it has a journal: the journal was being moved into it when a
/// process was cut short, or is being moved right now.
pub(super) async fn refuse_foreign(path: &Path) -> Result<(), OpenError> {
    let tables = match look(path).await {
        Err(OpenError::NotADatabase(_)) if has_journal(path) => return Ok(()),
        // The journal may have been moved into the file, and removed, while the file was looked at.
        Err(OpenError::NotADatabase(_)) => look(path).await?,
        tables => tables?,
    };
    let is_foreign =
        tables.iter().any(|table| table != MIGRATIONS && !is_sqlites_own(table)) && !are_ours(&tables);
    if is_foreign { Err(OpenError::NotADatabase(path.to_owned())) } else { Ok(()) }
}

/// The tables of the file alone, read as if it were immutable.
async fn look(path: &Path) -> Result<Vec<String>, OpenError> {
    let look = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let mut looking = SqliteConnection::connect_with(&look).await.map_err(|error| explain(path, &error))?;
    let tables = table_names(&mut looking, path).await;
    let _ = looking.close().await;
    tables
}

/// Is there a write-ahead log beside the file with something in it?
fn has_journal(path: &Path) -> bool {
    // The journal is beside the file itself, not beside a link to it.
    let mut name = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push("-wal");
    std::fs::metadata(name).is_ok_and(|journal| journal.len() > 0)
}

async fn table_names(connection: &mut SqliteConnection, path: &Path) -> Result<Vec<String>, OpenError> {
    sqlx::query_scalar("select name from sqlite_schema where type = 'table'")
        .fetch_all(connection)
        .await
        .map_err(|error| explain(path, &error))
}

fn are_ours(tables: &[String]) -> bool {
    [MIGRATIONS, "token", "event"].iter().all(|ours| tables.iter().any(|table| table == ours))
}

fn is_sqlites_own(table: &str) -> bool {
    table.starts_with("sqlite_")
}

pub(super) fn newest_schema() -> i64 {
    MIGRATOR.iter().map(|m| m.version).max().unwrap_or_default()
}

/// Refuses a file that holds somebody else's tables, or ours from a later version. Returns the version of its schema,
/// if it has any tables.
pub(super) async fn check_owner(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<Option<i64>, OpenError> {
    let tables = table_names(connection, path).await?;
    if tables.is_empty() {
        return Ok(None);
    }
    if !are_ours(&tables) {
        return Err(OpenError::NotADatabase(path.to_owned()));
    }
    let found: Option<i64> = sqlx::query_scalar("select max(version) from _sqlx_migrations")
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| explain(path, &error))?;
    match found {
        Some(found) if found > newest_schema() => {
            let oldest: i64 = sqlx::query_scalar(OLDEST_PROGRAM)
                .fetch_one(connection)
                .await
                .map_err(|error| explain(path, &error))?;
            // What was only added to is used as it is.
            let is_too_new = oldest > newest_schema();
            if is_too_new { Err(OpenError::Newer { path: path.to_owned(), found }) } else { Ok(Some(found)) }
        }
        found => Ok(found),
    }
}

/// Refuses a file that is not a database of ours that this version can read. It is not touched.
pub(super) async fn check_file(path: &Path) -> Result<(), OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    refuse_foreign(path).await?;
    let look = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut looking = SqliteConnection::connect_with(&look).await.map_err(|error| explain(path, &error))?;
    let found = check_owner(&mut looking, path).await?;
    let _ = looking.close().await;
    found.map(drop).ok_or_else(|| OpenError::NotADatabase(path.to_owned()))
}
