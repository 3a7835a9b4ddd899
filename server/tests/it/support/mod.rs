//! A console of one's own for every test: a database file in a temporary directory, a clock that stands
//! still until it is told to move, and a visitor who knocks on the router.

mod visitor;
pub mod wire;

pub use visitor::{Answer, Visitor};

use app::{
    domain::{Action, Catalogue, Created, Resource, SecretPrefix, Timestamp, TokenForm},
    service::{Clock, Service},
};
use server::{
    Entrance,
    store::{SqliteStore, open_sqlite},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;

pub struct House {
    pub service: Service,
    pub store: SqliteStore,
    pub clock: Arc<HandClock>,
    directory: TempDir,
}

impl House {
    pub async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let store = open_sqlite(&directory.path().join("tokenry.db")).await.unwrap();
        let clock = Arc::new(HandClock(AtomicI64::new(1_795_457_045_000)));
        let service = Service::new(Arc::new(store.clone()), clock.clone(), SecretPrefix::default());
        service.replace_catalogue(&catalogue()).await.unwrap();
        Self { service, store, clock, directory }
    }

    pub fn visitor(&self) -> Visitor {
        self.visitor_through(Entrance::default())
    }

    pub fn visitor_through(&self, entrance: Entrance) -> Visitor {
        Visitor::new(server::build(self.service.clone(), entrance))
    }

    pub fn database(&self) -> PathBuf {
        self.directory.path().join("tokenry.db")
    }

    /// The database as another program would see it.
    pub async fn raw(&self) -> SqliteConnection {
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(self.database())).await.unwrap()
    }

    /// A number that some SQL returns.
    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.raw().await).await.unwrap()
    }

    pub async fn create(&self, name: &str) -> Created {
        self.clock.forward(1);
        self.service.create_token(&form(name, &["projects:read"])).await.unwrap()
    }

    /// Everything that a change could have touched, to be compared before and after.
    pub async fn fingerprint(&self) -> String {
        let sql = "select (select group_concat(hex(id) || name || version || coalesce(deleted_at, '')) from token)
                   || '|' || (select count(*) from event) || '|' || (select count(*) from secret where revoked_at is null)";
        let text: Option<String> = sqlx::query_scalar(sql).fetch_one(&mut self.raw().await).await.unwrap();
        text.unwrap_or_default()
    }
}

pub struct HandClock(AtomicI64);

impl HandClock {
    pub fn forward(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub fn form(name: &str, permissions: &[&str]) -> TokenForm {
    let permissions = permissions.iter().map(|p| (*p).to_owned()).collect();
    TokenForm { name: name.to_owned(), description: String::new(), permissions }
}

pub fn catalogue() -> Catalogue {
    let action = |name: &str, label: &str| Action { name: name.to_owned(), label: label.to_owned() };
    let resource = |name: &str, label: &str| Resource {
        name: name.to_owned(),
        label: label.to_owned(),
        description: String::new(),
        actions: vec![action("read", "Read"), action("write", "Write")],
    };
    Catalogue { resources: vec![resource("projects", "Projects"), resource("billing", "Billing")] }
}
