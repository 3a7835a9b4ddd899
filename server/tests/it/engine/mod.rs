//! SQLite, as tests see it: each has a file of its own.

use server::store::DatabaseUrl;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

/// A connection like that of another program.
pub type Raw = SqliteConnection;

/// The place of one test's database.
pub struct Place(TempDir);

impl Place {
    pub async fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A place where what ends is kept: on this engine, every one.
    pub async fn with_journal() -> Self {
        Self::new().await
    }

    pub fn journal(&self) -> PathBuf {
        self.beside("tokenry.db.endings")
    }

    /// A file beside the data.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes room for a backup, which on this engine replaces what is there.
    pub async fn make_room(&self) {}

    /// Keeps the data as it is now, as an operator would without a command. Nobody uses it.
    pub async fn keep_aside(&self) {
        fs::copy(self.file(), self.beside("aside.db")).unwrap();
    }

    /// Puts back what was kept aside.
    pub async fn put_back(&self) {
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(self.beside(&format!("tokenry.db{ending}")));
        }
        fs::copy(self.beside("aside.db"), self.file()).unwrap();
    }

    pub fn url(&self) -> DatabaseUrl {
        DatabaseUrl::sqlite(self.file())
    }

    pub fn file(&self) -> PathBuf {
        self.0.path().join("tokenry.db")
    }

    pub async fn raw(&self) -> Raw {
        Raw::connect_with(&SqliteConnectOptions::new().filename(self.file())).await.unwrap()
    }

    /// Everything that is on the disk, to look for secrets in.
    pub async fn bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.0.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// Lets nothing be inserted into a table, as a full disk would.
    pub async fn refuse_inserts(&self, table: &str, when: &str) {
        let sql = format!(
            "create trigger full_{table} before insert on {table} when {when} begin select raise(abort, 'full'); end"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut self.raw().await).await.unwrap();
    }

    pub async fn allow_inserts(&self, table: &str) {
        let sql = format!("drop trigger full_{table}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut self.raw().await).await.unwrap();
    }
}

/// The text of a statement, as this engine understands it.
pub fn sql(text: &'static str) -> &'static str {
    text
}

/// Compiles what is about SQLite alone.
macro_rules! on_sqlite {
    ($($items:item)*) => {
        $($items)*
    };
}
