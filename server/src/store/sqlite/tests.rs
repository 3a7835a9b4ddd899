//! Whatever becomes of a transaction, the next one works. These tests run on a real file, from inside the store,
//! where the disk can be made full and statements can be stopped.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

use super::{SqliteStore, open as open_sqlite};
use app::{
    domain::{Event, EventKind, Timestamp},
    service::{AuditStore, HeartbeatStore, Revision, StoreError, WorkspaceStore},
};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn line(details: &str) -> Event {
    Event {
        at: Timestamp::from_millis(1_795_457_045_000),
        kind: EventKind::Refused,
        actor: None,
        token: None,
        person: None,
        address: String::new(),
        request_id: String::new(),
        details: details.to_owned(),
    }
}

async fn opened() -> (SqliteStore, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let store = open_sqlite(&directory.path().join("tokenry.db")).await.unwrap();
    (store, directory)
}

async fn lines(store: &SqliteStore) -> i64 {
    store.last_link().await.unwrap().map_or(0, |(id, _)| id)
}

/// Everything that was acknowledged is there, and writing goes on at once.
async fn assert_writes(store: &SqliteStore, acknowledged: i64) {
    assert_eq!(lines(store).await, acknowledged, "no more and no less than what was acknowledged");
    for more in 1..=3 {
        store.record(&line("{}")).await.unwrap();
        assert_eq!(lines(store).await, acknowledged + more);
    }
    store.beat(Timestamp::from_millis(1)).await.unwrap();
}

#[tokio::test]
async fn after_a_moment_of_full_disk_everything_can_be_written() {
    let (store, _directory) = opened().await;
    store.record(&line("{}")).await.unwrap();
    store.fill_disk(true).await;
    let (mut acknowledged, long) = (1, "x".repeat(20_000));
    let full = loop {
        match store.record(&line(&long)).await {
            Ok(()) => acknowledged += 1,
            Err(error) => break error,
        }
    };
    assert!(full.to_string().contains("full"), "{full}");
    for _ in 0..3 {
        // Whether it fits or not, the answer about it is true.
        acknowledged += i64::from(store.record(&line("{}")).await.is_ok());
    }
    store.fill_disk(false).await;
    assert_writes(&store, acknowledged).await;
}

#[tokio::test]
async fn a_transaction_that_sqlite_ended_by_itself_leaves_nothing_behind() {
    let (store, _directory) = opened().await;
    store
        .run(
            "create temp trigger full before insert on event when new.details = 'full'
         begin select raise(rollback, 'the disk is full'); end",
        )
        .await;
    store.record(&line("full")).await.unwrap_err();
    assert_writes(&store, 0).await;
}

#[tokio::test]
async fn a_write_that_is_interrupted_leaves_nothing_behind() {
    let (store, _directory) = opened().await;
    let (mut written, mut stopped) = (0, 0);
    for steps in (1..400).step_by(3) {
        let before = lines(&store).await;
        store.interrupt_after(steps).await;
        let result = store.record(&line("{}")).await;
        store.interrupt_after(u32::MAX).await;
        store.beat(Timestamp::from_millis(1)).await.unwrap();
        let after = lines(&store).await;
        match result {
            Ok(()) => {
                written += 1;
                assert_eq!(after, before + 1);
            }
            // SQLite calls the progress handler once more when all is done.
            Err(StoreError::TookTooLong) => {
                stopped += 1;
                assert!((before..=before + 1).contains(&after));
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(stopped > 10 && written > 10, "{stopped} were stopped, {written} were not");
    let acknowledged = lines(&store).await;
    assert_writes(&store, acknowledged).await;
}

#[tokio::test]
async fn a_write_that_nobody_waits_for_any_more_leaves_nothing_half_done() {
    let (store, _directory) = opened().await;
    let mut acknowledged = 0;
    for patience in (0..200).map(|round| Duration::from_micros(round * 20)) {
        let before = lines(&store).await;
        let result = tokio::time::timeout(patience, store.record(&line("{}"))).await;
        store.beat(Timestamp::from_millis(1)).await.unwrap();
        let after = lines(&store).await;
        match result {
            Ok(result) => {
                result.unwrap();
                assert_eq!(after, before + 1);
            }
            // Nobody was told the result: the write happened as a whole, or not at all.
            Err(_) => assert!((before..=before + 1).contains(&after)),
        }
        acknowledged = after;
    }
    assert_writes(&store, acknowledged).await;
}

#[tokio::test]
async fn reading_goes_on_after_a_question_that_was_given_up() {
    let (store, _directory) = opened().await;
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    for _ in 0..20 {
        let asked = tokio::time::timeout(Duration::from_millis(5), store.ask_lists(endless)).await;
        assert!(asked.is_err(), "it has no end");
    }
    let began = Instant::now();
    assert_eq!(store.ask_lists("select 7").await.unwrap(), 7);
    assert!(began.elapsed() < Duration::from_secs(2), "nobody waits for what nobody waits for");
}

#[tokio::test]
async fn a_question_that_takes_too_long_is_ended_and_those_who_verify_do_not_wait_for_it() {
    let (store, _directory) = opened().await;
    let store = store.with_longest(Duration::from_millis(300));
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    let asked: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.ask_lists(endless).await })
        })
        .collect();
    let began = Instant::now();
    for _ in 0..20 {
        app::service::VerifyStore::changes(&store, Revision::default()).await.unwrap();
        let digest = app::service::KeyDigest::of(b"nobody's");
        assert!(
            app::service::VerifyStore::secret(&store, &digest, Revision::default()).await.unwrap().is_none()
        );
    }
    assert!(began.elapsed() < Duration::from_millis(900), "{:?}", began.elapsed());
    for one in asked {
        assert!(matches!(one.await.unwrap(), Err(StoreError::TookTooLong)));
    }
    assert_eq!(store.ask_lists("select 7").await.unwrap(), 7);
}

#[tokio::test]
async fn reading_several_things_of_one_moment_costs_no_connection() {
    let (store, _directory) = opened().await;
    let mut readers = Vec::new();
    while let Some(mut reader) = store.reader.try_take() {
        sqlx::raw_sql("create temp table mark (x)").execute(&mut *reader).await.unwrap();
        readers.push(reader);
    }
    let count = readers.len();
    assert!(count > 0);
    drop(readers);
    for _ in 0..3 * count {
        store.outlasting(Some(Timestamp::from_millis(1)), 10).await.unwrap();
        store.ask_lists("select count(*) from temp.mark").await.unwrap();
    }
}
