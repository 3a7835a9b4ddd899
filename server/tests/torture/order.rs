//! A million changes by writers that overlap, pause and roll back, and a node that reads what has changed from where it
//! was: it never skips a revision. `server/tests/postgres/nodes/order.rs` does it in small, and shows that it can fail.

use crate::{Dice, machine::Machine, server_process::ServerProcess};
use app::service::{Revision, Store};
use server::store::open;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::time::sleep;

const WRITERS: u64 = 8;
/// Most changes in one transaction. With one each, a million would take hours.
const TOGETHER: u64 = 50;

#[derive(Default)]
struct Counts {
    committed: AtomicU64,
    rolled_back: AtomicU64,
    is_over: AtomicBool,
}

pub async fn run(dice: &mut Dice, changes: u64) {
    let (server, began) = (ServerProcess::start(), Instant::now());
    let (url, counts) = (server.url("postgres"), Arc::new(Counts::default()));
    let machine = Machine::on(&url);
    for writer in 0..WRITERS {
        machine.another_secret(&format!("Writer {writer}"));
    }
    let store: Arc<dyn Store> = open(&url.parse().unwrap()).await.unwrap();
    let before = store.changes(Revision::default()).await.unwrap().revision;
    let reader = tokio::spawn(read(store, before, counts.clone()));
    let cleaner = tokio::spawn(clean(url.clone(), counts.clone()));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            tokio::spawn(write(url.clone(), writer, Dice::new(dice.roll()), changes, counts.clone()))
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    counts.is_over.store(true, Ordering::SeqCst);
    let (seen, reads, forgotten) = reader.await.unwrap();
    cleaner.await.unwrap();
    let committed = counts.committed.load(Ordering::SeqCst);
    assert_eq!(seen, committed, "changes were missed");
    println!(
        "order: {committed} changes by {WRITERS} writers and {} rolled back, read {reads} times without a gap ({forgotten} of them were too far behind and forgot everything), {} s; without fsync, up to {TOGETHER} changes at once",
        counts.rolled_back.load(Ordering::SeqCst),
        began.elapsed().as_secs(),
    );
}

/// Removes old versions of rows: this server does not do so by itself.
async fn clean(url: String, counts: Arc<Counts>) {
    let mut raw = PgConnection::connect(&url).await.unwrap();
    while !counts.is_over.load(Ordering::SeqCst) {
        raw.execute("vacuum head, token, secret").await.unwrap();
        sleep(Duration::from_secs(1)).await;
    }
}

/// Reads until there are no more, and returns how many changes there were and in how many reads.
async fn read(store: Arc<dyn Store>, mut after: Revision, counts: Arc<Counts>) -> (u64, u64, u64) {
    let (mut seen, mut reads, mut forgotten) = (0, 0, 0);
    loop {
        let is_last = counts.is_over.load(Ordering::SeqCst);
        let changes = store.changes(after).await.unwrap();
        let gone = (changes.revision.number - after.number).unsigned_abs();
        if changes.is_complete {
            assert_eq!(changes.secrets.len() as u64, gone, "a gap after {}", after.number);
        } else {
            forgotten += 1;
        }
        (seen, reads, after) = (seen + gone, reads + 1, changes.revision);
        if is_last {
            return (seen, reads, forgotten);
        }
        tokio::task::yield_now().await;
    }
}

async fn write(url: String, writer: u64, mut dice: Dice, changes: u64, counts: Arc<Counts>) {
    let mut raw = PgConnection::connect(&url).await.unwrap();
    while counts.committed.load(Ordering::SeqCst) < changes {
        let together = 1 + dice.below(TOGETHER);
        let change = format!("; update token set version = version + 1 where name = 'Writer {writer}'");
        let text = format!("begin{}", change.repeat(together as usize));
        raw.execute(AssertSqlSafe(text)).await.unwrap();
        if dice.below(20) == 0 {
            sleep(Duration::from_micros(dice.below(3_000))).await;
        }
        if dice.below(10) == 0 {
            raw.execute("rollback").await.unwrap();
            counts.rolled_back.fetch_add(together, Ordering::SeqCst);
        } else {
            raw.execute("commit").await.unwrap();
            counts.committed.fetch_add(together, Ordering::SeqCst);
        }
        // The others get their turn in another order each time.
        sleep(Duration::from_micros(dice.below(500))).await;
    }
    raw.close().await.unwrap();
}
