//! The server restarts, hangs, or ends connections: answers are right or there are none, and everything goes on by
//! itself.

use super::{migrating::waiting, until, verdict};
use crate::{
    engine::{Place, Raw},
    server_process::ServerProcess,
    support::TestApp,
};
use app::{
    domain::{Error, Timestamp, Verdict},
    service::{KeyDigest, Revision, StoreError},
};
use server::store::{DatabaseUrl, open};
use sqlx::{Connection, Executor};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_ended_one_by_one_are_made_anew() {
    let app = TestApp::new().await;
    let secret = app.create("Deploy").await.secret;
    let mut raw = app.raw().await;
    for round in 0..10 {
        assert_eq!(verdict(&app.service, secret.as_str()).await, Ok(Verdict::Valid), "round {round}");
        raw.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()",
        )
        .await
        .unwrap();
        app.create(&format!("Round {round}")).await;
        assert_eq!(app.visitor().get("/settings/tokens").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_server_hangs_there_is_no_answer_and_afterwards_the_right_one() {
    let server = ServerProcess::start();
    let app = TestApp::at(Place::at(server.url("postgres"))).await;
    let secret = app.create("Deploy").await.secret;
    let id = app.tokens().await[0].id;
    assert_eq!(verdict(&app.service, secret.as_str()).await, Ok(Verdict::Valid));
    server.signal("-STOP");
    let away = Err(Error::Unavailable);
    let took = until(&app.service, secret.as_str(), &away, &[Ok(Verdict::Valid)]).await;
    assert!(took < Duration::from_secs(3), "{took:?}");
    // However many ask, nobody waits for all those before.
    let began = Instant::now();
    let crowd = (0..50).map(|_| verdict(&app.service, secret.as_str()));
    for answer in futures_util::future::join_all(crowd).await {
        assert_eq!(answer, away);
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    server.signal("-CONT");
    until(&app.service, secret.as_str(), &Ok(Verdict::Valid), &[away]).await;
    app.service.delete_token(&app.admin.caller, id).await.unwrap();
    assert_eq!(verdict(&app.service, secret.as_str()).await, Ok(Verdict::Revoked));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_falls_silent_is_left_for_the_one_that_took_its_place() {
    let (silent, other) = (ServerProcess::start(), ServerProcess::start());
    open(&other.url("postgres").parse().unwrap()).await.unwrap().close().await;
    let store = open(&both(&silent, &other)).await.unwrap();
    let mut raw = Raw::connect(&silent.url("postgres")).await.unwrap();
    raw.execute("begin").await.unwrap();
    raw.execute("select revision from head for update").await.unwrap();
    let writing = store.clone();
    let writing = tokio::spawn(async move { writing.beat(Timestamp::from_millis(1)).await });
    waiting(&mut raw, "transactionid").await;
    silent.signal("-STOP");
    // Whoever has asked gives up, and the connection never says that it has ended.
    writing.abort();
    let began = Instant::now();
    while store.changes(Revision::default()).await.is_err()
        || store.beat(Timestamp::from_millis(2)).await.is_err()
    {
        assert!(began.elapsed() < Duration::from_secs(30), "it is waited for for ever");
    }
    assert_eq!(store.latest_beat().await.unwrap(), Some(Timestamp::from_millis(2)));
    silent.signal("-CONT");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_believe_they_lead_the_one_whose_standbys_acknowledge_is_used() {
    let (cut_off, other) = (ServerProcess::start(), ServerProcess::start());
    let mut raw = Raw::connect(&cut_off.url("postgres")).await.unwrap();
    raw.execute("alter system set synchronous_standby_names = 'cut_off'").await.unwrap();
    raw.execute("select pg_reload_conf()").await.unwrap();
    let store = open(&both(&cut_off, &other)).await.unwrap();
    store.changes(Revision::default()).await.unwrap();
    const LEFT: &str = "select count(*) from pg_stat_activity where application_name = 'tokenry'";
    let began = Instant::now();
    // Nobody is left there to wait for its standbys.
    while sqlx::query_scalar::<_, i64>(LEFT).fetch_one(&mut raw).await.unwrap() > 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "somebody waits for ever");
        tokio::task::yield_now().await;
    }
}

/// Two servers, tried in this order.
fn both(one: &ServerProcess, other: &ServerProcess) -> DatabaseUrl {
    let folder = |server: &ServerProcess| server.directory.display().to_string().replace('/', "%2F");
    format!("postgres://postgres@{},{}/postgres", folder(one), folder(other)).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_restarts_is_used_again_and_has_everything_that_was_acknowledged() {
    let server = ServerProcess::start();
    let app = TestApp::at(Place::at(server.url("postgres"))).await;
    for how in ["fast", "immediate", "kill"] {
        let (kept, gone) =
            (app.create(&format!("Kept {how}")).await, app.create(&format!("Gone {how}")).await);
        assert_eq!(verdict(&app.service, kept.secret.as_str()).await, Ok(Verdict::Valid));
        app.service.delete_token(&app.admin.caller, gone.token.id).await.unwrap();
        server.restart(how);
        let away = [Err(Error::Unavailable)];
        until(&app.service, kept.secret.as_str(), &Ok(Verdict::Valid), &away).await;
        assert_eq!(verdict(&app.service, gone.secret.as_str()).await, Ok(Verdict::Revoked));
        app.create(&format!("After {how}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_read_beside_what_was_read_before_a_server_started_again() {
    let server = ServerProcess::start();
    let app = TestApp::at(Place::at(server.url("postgres"))).await;
    let digest = KeyDigest::of(app.create("Deploy").await.secret.as_str().as_bytes());
    let known = app.store.changes(Revision::default()).await.unwrap().revision;
    assert!(app.store.secret(&digest, known).await.unwrap().is_some());
    assert!(app.store.changes(known).await.unwrap().is_complete);
    server.restart("fast");
    let began = Instant::now();
    let changes = loop {
        match app.store.changes(known).await {
            Ok(changes) => break changes,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(20), "{error}"),
        }
    };
    assert!(!changes.is_complete, "memory begins anew");
    assert_eq!(changes.revision.number, known.number);
    assert!(app.store.secret(&digest, changes.revision).await.unwrap().is_some());
    assert!(matches!(app.store.secret(&digest, known).await, Err(StoreError::Elsewhere)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_cut_off_from_its_standbys_is_not_believed() {
    let server = ServerProcess::start();
    let app = TestApp::at(Place::at(server.url("postgres"))).await;
    let secret = app.create("Deploy").await.secret;
    assert_eq!(verdict(&app.service, secret.as_str()).await, Ok(Verdict::Valid));
    let mut raw = app.raw().await;
    // Reads go on: only what has to be acknowledged waits.
    raw.execute("alter system set synchronous_standby_names = 'cut_off'").await.unwrap();
    raw.execute("select pg_reload_conf()").await.unwrap();
    let away = Err(Error::Unavailable);
    let took = until(&app.service, secret.as_str(), &away, &[Ok(Verdict::Valid)]).await;
    assert!(took < Duration::from_secs(3), "{took:?}");
    for _ in 0..3 {
        assert_eq!(verdict(&app.service, secret.as_str()).await, away, "and stays so");
    }
    raw.execute("alter system reset synchronous_standby_names").await.unwrap();
    raw.execute("select pg_reload_conf()").await.unwrap();
    until(&app.service, secret.as_str(), &Ok(Verdict::Valid), &[away]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_write_holds_up_others_for_a_while_and_no_verification() {
    let app = TestApp::new().await;
    let secret = app.create("Deploy").await.secret;
    let mut raw = app.raw().await;
    raw.execute("begin").await.unwrap();
    raw.execute("select revision from head for update").await.unwrap();
    let began = Instant::now();
    let form = crate::support::form("Waits", &["projects:read"]);
    let waiting = app.service.create_token(&app.admin.caller, &form);
    let verifying = async {
        while began.elapsed() < Duration::from_secs(3) {
            assert_eq!(verdict(&app.service, secret.as_str()).await, Ok(Verdict::Valid));
            tokio::task::yield_now().await;
        }
    };
    let (waited, ()) = tokio::join!(waiting, verifying);
    assert_eq!(waited.map(drop), Err(Error::Unavailable));
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    raw.execute("rollback").await.unwrap();
    app.create("Goes on").await;
}

#[tokio::test]
async fn a_server_that_turns_read_only_answers_and_says_that_nothing_can_be_written() {
    let app = TestApp::new().await;
    let secret = app.create("Deploy").await.secret;
    let mut raw = app.raw().await;
    raw.execute(
        "do $$ begin execute format('alter database %I set default_transaction_read_only = on', current_database());
         end $$;
         select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()",
    )
    .await
    .unwrap();
    assert_eq!(verdict(&app.service, secret.as_str()).await, Ok(Verdict::Valid));
    assert_eq!(app.stranger().revoke(secret.as_str()).await.status, 503);
    assert_eq!(app.stranger().get("/readyz").await.status, 503);
}
