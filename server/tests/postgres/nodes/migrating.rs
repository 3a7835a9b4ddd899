//! Tables are made whole or not at all, however many nodes start at once.

use crate::engine::{Place, Raw};
use server::store::open;
use sqlx::Executor;
use std::time::{Duration, Instant};

/// Waits until a connection waits for such a lock, and returns its process.
pub(super) async fn waiting(raw: &mut Raw, lock: &str) -> i32 {
    let began = Instant::now();
    loop {
        let found: Option<i32> = sqlx::query_scalar(
            "select pid from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock' and wait_event = $1",
        )
        .bind(lock)
        .fetch_optional(&mut *raw)
        .await
        .unwrap();
        if let Some(pid) = found {
            return pid;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nobody waits for {lock}");
        tokio::task::yield_now().await;
    }
}

/// The number of migrations of this version.
pub(super) fn migrations() -> i64 {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres")).unwrap();
    i64::try_from(files.count()).unwrap()
}

async fn count(raw: &mut Raw, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(raw).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_is_cut_short_leaves_nothing_and_the_node_that_waited_goes_on() {
    const TABLES: &str =
        "select count(*) from pg_tables where schemaname = 'public' and tablename <> '_sqlx_migrations'";
    const MADE: &str = "select count(*) from _sqlx_migrations where success";
    let place = Place::empty().await;
    let (mut raw, mut other) = (place.raw().await, place.raw().await);
    // The migration has to wait where it makes this one, after nearly all others.
    other.execute("begin; create table compatibility (id bigint)").await.unwrap();
    let opening = || {
        let url = place.url();
        tokio::spawn(async move { open(&url).await.map(drop) })
    };
    let first = opening();
    let pid = waiting(&mut raw, "transactionid").await;
    let second = opening();
    waiting(&mut raw, "advisory").await;
    sqlx::query("select pg_terminate_backend($1)").bind(pid).execute(&mut raw).await.unwrap();
    first.await.unwrap().expect_err("its connection has ended");
    assert_eq!((count(&mut raw, TABLES).await, count(&mut raw, MADE).await), (0, 0));
    other.execute("rollback").await.unwrap();
    second.await.unwrap().unwrap();
    assert!(count(&mut raw, TABLES).await > 10);
    assert_eq!(count(&mut raw, MADE).await, migrations());
    open(&place.url()).await.map(drop).unwrap();
}
