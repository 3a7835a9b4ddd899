//! Changes become visible in the order of their revisions: whoever has read up to one has missed none before it.

use crate::{
    engine::{Place, Raw},
    support::TestApp,
};
use app::service::{Revision, Store};
use server::store::open;
use sqlx::{Connection, Executor};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use uuid::Uuid;

const WRITERS: u64 = 6;
const CHANGES: u64 = 40;

/// Writers change tokens of their own with pauses before they commit, and sometimes roll back. Meanwhile somebody reads
/// what has changed, again and again, from where they were. Returns how many of the committed changes they missed.
async fn missed(app: &TestApp) -> usize {
    for writer in 0..WRITERS {
        app.create(&format!("Writer {writer}")).await;
    }
    let before = app.store.changes(Revision::default()).await.unwrap().revision;
    let is_over = Arc::new(AtomicBool::new(false));
    let reader = {
        let (store, is_over): (Arc<dyn Store>, _) = (open(&app.database()).await.unwrap(), is_over.clone());
        tokio::spawn(async move {
            let (mut seen, mut after) = (0, before);
            loop {
                let is_last = is_over.load(Ordering::SeqCst);
                let changes = store.changes(after).await.unwrap();
                assert!(changes.is_complete, "nothing was forgotten");
                seen += changes.secrets.len();
                after = changes.revision;
                if is_last {
                    break seen;
                }
                tokio::task::yield_now().await;
            }
        })
    };
    let writers = (0..WRITERS).map(|writer| {
        let url = app.place.address();
        tokio::spawn(async move {
            let mut raw = Raw::connect(&url).await.unwrap();
            let mut kept = BTreeSet::new();
            for change in 0..CHANGES {
                raw.execute("begin").await.unwrap();
                let text = format!("update token set version = version + 1 where name = 'Writer {writer}'");
                raw.execute(sqlx::AssertSqlSafe(text)).await.unwrap();
                // Each writer has a rhythm of its own, so that a later one often commits earlier.
                tokio::time::sleep(Duration::from_micros((writer * 7_919 + change * 104_729) % 3_000)).await;
                if (writer + change) % 5 == 0 {
                    raw.execute("rollback").await.unwrap();
                } else {
                    raw.execute("commit").await.unwrap();
                    kept.insert(change);
                }
            }
            kept.len()
        })
    });
    let mut committed = 0;
    for writer in writers.collect::<Vec<_>>() {
        committed += writer.await.unwrap();
    }
    is_over.store(true, Ordering::SeqCst);
    committed - reader.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_writers_overlap_no_change_is_missed() {
    let app = TestApp::new().await;
    assert_eq!(missed(&app).await, 0);
}

/// Shows that the test above can fail: with numbers from a sequence, which are drawn in one order and become visible in
/// another, changes are missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_sequence_changes_would_be_missed() {
    let app = TestApp::new().await;
    app.run(
        "create sequence drawn start 1000000;
         create or replace function note_change(token uuid, person uuid, gone bytea) returns void language sql as $$
             insert into change (revision, token_id, person_id, digest, at)
             values (nextval('drawn'), token, person, gone, 0) $$;",
    )
    .await;
    app.run("insert into change (revision, at) values (999999, 0)").await;
    let missed = missed(&app).await;
    assert!(missed > 0, "no change was missed");
}

/// A row that is changed again and again in one transaction has a version for each time, and every further change looks at
/// all of them.
#[tokio::test]
async fn many_changes_in_one_transaction_leave_one_version_of_the_row_that_is_locked() {
    let app = TestApp::new().await;
    let before = app.number("select pg_relation_size('head')").await;
    app.run("do $$ begin for n in 1..1000 loop perform note_change(null, null, null); end loop; end $$")
        .await;
    assert_eq!(app.number("select pg_relation_size('head')").await, before);
}

#[tokio::test]
async fn a_change_that_is_not_committed_yet_holds_up_the_next_one_and_no_reader() {
    let app = TestApp::new().await;
    let (slow, quick) = (app.create("Slow").await.token, app.create("Quick").await.token);
    let mut raw = app.raw().await;
    raw.execute("begin").await.unwrap();
    raw.execute("update token set version = version + 1 where name = 'Slow'").await.unwrap();
    let deleting = {
        let (service, caller) = (app.service.clone(), app.admin.caller.clone());
        tokio::spawn(async move { service.delete_token(&caller, quick.id).await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!deleting.is_finished(), "it waits");
    assert_eq!(app.tokens().await.len(), 2, "lists go on");
    raw.execute("commit").await.unwrap();
    deleting.await.unwrap().unwrap();
    assert_eq!(app.tokens().await.iter().map(|token| token.id).collect::<Vec<_>>(), [slow.id]);
}

#[tokio::test]
async fn uses_that_two_nodes_count_add_up() {
    let app = TestApp::new().await;
    let token = app.create("Deploy").await;
    let other = open(&app.database()).await.unwrap();
    let secret: Uuid = sqlx::query_scalar("select id from secret where token_id = $1")
        .bind(token.token.id.as_uuid())
        .fetch_one(&mut app.raw().await)
        .await
        .unwrap();
    let uses = |permission: String| app::service::UseCount {
        secret,
        hour: app::domain::Timestamp::from_millis(1_795_456_800_000),
        verdict: app::domain::Verdict::Valid,
        permission,
        address: "10.0.0.1".to_owned(),
        client: "curl".to_owned(),
        count: 1,
    };
    let batch: Vec<_> = (0..50).map(|n| uses(format!("projects:p{n}"))).collect();
    let turned: Vec<_> = batch.iter().rev().cloned().collect();
    for _ in 0..20 {
        let (ours, theirs) = tokio::join!(app.store.add_uses(&batch, &[]), other.add_uses(&turned, &[]));
        ours.unwrap();
        theirs.unwrap();
    }
    assert_eq!(app.number("select cast(sum(count) as bigint) from use_count").await, 2 * 20 * 50);
    assert_eq!(app.number("select cast(min(count) as bigint) from use_count").await, 40);
}

#[tokio::test]
async fn nodes_that_start_at_once_on_an_empty_database_make_its_tables_once() {
    let place = Place::empty().await;
    let url = place.url();
    let (one, two, three) = tokio::join!(open(&url), open(&url), open(&url));
    for node in [one, two, three] {
        node.map(drop).unwrap();
    }
    let mut raw = place.raw().await;
    let made: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
        .fetch_one(&mut raw)
        .await
        .unwrap();
    assert_eq!(made, super::migrating::migrations());
}
