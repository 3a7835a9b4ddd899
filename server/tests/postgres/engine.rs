//! PostgreSQL, as tests see it: each has a database of its own, copied from one that is made once.

use super::server_process::ServerProcess;
use server::store::{DatabaseUrl, open};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    path::PathBuf,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{Sender, channel},
    },
};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// A connection like that of another program.
pub type Raw = PgConnection;

static SERVER: LazyLock<ServerProcess> = LazyLock::new(ServerProcess::start);
static TEMPLATE: OnceCell<()> = OnceCell::const_new();
static MADE: AtomicU32 = AtomicU32::new(0);

/// Removes databases that no test needs any more.
static REMOVER: LazyLock<Sender<String>> = LazyLock::new(|| {
    let (sender, names) = channel::<String>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for name in names {
            runtime.block_on(administer(&format!("drop database {name} with (force)")));
        }
    });
    sender
});

fn url_of(name: &str) -> String {
    SERVER.url(name)
}

async fn administer(sql: &str) {
    let mut raw = Raw::connect(&url_of("postgres")).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
}

/// The place of one test's database.
pub struct Place {
    url: String,
    /// The database to remove afterwards.
    name: Option<String>,
    /// For what a node keeps on a disk of its own.
    disk: Option<TempDir>,
}

impl Place {
    pub async fn new() -> Self {
        TEMPLATE
            .get_or_init(|| async {
                administer("create database template").await;
                open(&url_of("template").parse().unwrap()).await.unwrap().close().await;
                let mut raw = Raw::connect(&url_of("template")).await.unwrap();
                sqlx::raw_sql(FUNCTIONS).execute(&mut raw).await.unwrap();
                raw.close().await.unwrap();
            })
            .await;
        Self::copy_of("template").await
    }

    /// A database in which nothing is yet.
    pub async fn empty() -> Self {
        Self::made("template template0").await
    }

    async fn copy_of(template: &str) -> Self {
        Self::made(&format!("template {template} strategy file_copy")).await
    }

    /// A database that is made in this way.
    pub async fn made(how: &str) -> Self {
        let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
        administer(&format!("create database {name} {how}")).await;
        Self { url: url_of(&name), name: Some(name), disk: None }
    }

    /// A database on another server.
    pub const fn at(url: String) -> Self {
        Self { url, name: None, disk: None }
    }

    pub fn address(&self) -> String {
        self.url.clone()
    }

    /// A place where what ends is kept.
    pub async fn with_journal() -> Self {
        let mut place = Self::new().await;
        place.disk = Some(TempDir::new().unwrap());
        place
    }

    pub fn journal(&self) -> PathBuf {
        self.beside("endings")
    }

    /// A file on the disk of the node.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.disk.as_ref().unwrap().path().join(name)
    }

    fn name(&self) -> &str {
        self.name.as_deref().unwrap()
    }

    /// Makes room for a backup, which on this engine needs an empty database.
    pub async fn make_room(&self) {
        administer(&format!("drop database {} with (force)", self.name())).await;
        administer(&format!("create database {} template template0", self.name())).await;
    }

    /// Keeps the data as it is now, as an operator would without a command. Nobody uses it.
    pub async fn keep_aside(&self) {
        administer(&format!("create database {0}_aside template {0} strategy file_copy", self.name())).await;
    }

    /// Puts back what was kept aside, whoever uses what is there.
    pub async fn put_back(&self) {
        administer(&format!("drop database {} with (force)", self.name())).await;
        administer(&format!("create database {0} template {0}_aside strategy file_copy", self.name())).await;
        let _ = REMOVER.send(format!("{}_aside", self.name()));
    }

    pub fn url(&self) -> DatabaseUrl {
        match self.address().parse().unwrap() {
            DatabaseUrl::Postgres(url) if self.disk.is_some() => {
                DatabaseUrl::Postgres(url.with_journal(Some(self.journal())))
            }
            url => url,
        }
    }

    pub async fn raw(&self) -> Raw {
        Raw::connect(&self.address()).await.unwrap()
    }

    /// Everything that is kept, to look for secrets in.
    pub async fn bytes(&self) -> Vec<u8> {
        let mut raw = self.raw().await;
        let tables: Vec<String> =
            sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
                .fetch_all(&mut raw)
                .await
                .unwrap();
        let mut all = Vec::new();
        for table in tables {
            let sql = AssertSqlSafe(format!("select coalesce(string_agg(t::text, ' '), '') from {table} t"));
            let rows: String = sqlx::query_scalar(sql).fetch_one(&mut raw).await.unwrap();
            all.extend(rows.into_bytes());
        }
        all
    }

    /// Lets nothing be inserted into a table, as a full disk would.
    pub async fn refuse_inserts(&self, table: &str, when: &str) {
        let sql = format!(
            "create or replace function refuse() returns trigger language plpgsql as
             $$ begin if {when} then raise 'full'; end if; return new; end $$;
             create trigger full_{table} before insert on {table} for each row execute function refuse();"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.raw().await).await.unwrap();
    }

    pub async fn allow_inserts(&self, table: &str) {
        let sql = format!("drop trigger full_{table} on {table}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut self.raw().await).await.unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(name) = self.name.take() {
            let _ = REMOVER.send(name);
        }
    }
}

/// What the statements of tests say in SQLite's way.
const OURS: [(&str, &str); 7] = [
    ("details ->>", "details::json ->>"),
    ("randomblob(16)", "gen_random_uuid()"),
    ("randomblob(32)", "sha256(gen_random_uuid()::text::bytea)"),
    ("zeroblob(16)", "'00000000-0000-0000-0000-000000000000'::uuid"),
    ("x'00'", "'\\x00'::bytea"),
    ("rowid", "search_id"),
    ("instr(", "strpos("),
];
/// Functions that PostgreSQL has under other names.
const FUNCTIONS: &str = "
    create function hex(id uuid) returns text language sql as $$ select upper(replace(id::text, '-', '')) $$;
    create function hex(bytes bytea) returns text language sql as $$ select upper(encode(bytes, 'hex')) $$;";

/// The text of a statement, as this engine understands it.
pub fn sql(text: &'static str) -> AssertSqlSafe<String> {
    let ours = OURS.iter().fold(text.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours));
    AssertSqlSafe(ours)
}

/// Compiles what is about SQLite alone.
macro_rules! on_sqlite {
    ($($items:item)*) => {};
}
