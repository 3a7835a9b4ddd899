//! The same data in a file of SQLite and in a database of PostgreSQL.

use crate::{
    seed::{Seeded, seed},
    server_process::ServerProcess,
};
use server::store::copy;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    path::{Path, PathBuf},
    time::Instant,
};
use tempfile::TempDir;

/// As it is shipped: what is acknowledged is on the disk.
const SETTINGS: &str = "-c log_min_messages=fatal";

pub struct Engines {
    home: TempDir,
    postgres: ServerProcess,
}

/// Tokens with known secrets, on both engines.
pub struct Both {
    pub sqlite: Seeded,
    /// The URL of the copy.
    pub postgres: String,
}

impl Engines {
    pub fn start() -> Self {
        Self { home: TempDir::new().unwrap(), postgres: ServerProcess::with(SETTINGS) }
    }

    /// The place of a file with this name.
    pub fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(format!("{name}.db"))
    }

    /// Makes this many tokens, ten for each owner.
    pub async fn seed(&self, name: &str, tokens: usize) -> Both {
        let file = self.file(name);
        let sqlite = seed(&file, tokens, 10).await;
        Both { sqlite, postgres: self.copied(&file, name).await }
    }

    /// Copies a file to a database with this name, and returns its URL.
    pub async fn copied(&self, file: &Path, name: &str) -> String {
        self.administer("postgres", &format!("create database {name}")).await;
        let url = self.postgres.url(name);
        let begin = Instant::now();
        let rows = copy(&format!("sqlite:{}", file.display()).parse().unwrap(), &url.parse().unwrap()).await;
        let rows: u64 = rows.unwrap().iter().map(|(_, rows)| rows).sum();
        let took = begin.elapsed().as_secs_f64();
        println!("  copied {rows} rows to PostgreSQL in {took:.1} s, {:.0} a second", rows as f64 / took);
        // Autovacuum does so too, sooner or later.
        self.administer(name, "vacuum (analyze)").await;
        url
    }

    async fn administer(&self, database: &str, sql: &str) {
        let mut raw = PgConnection::connect(&self.postgres.url(database)).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut raw).await.unwrap();
        raw.close().await.unwrap();
    }
}
