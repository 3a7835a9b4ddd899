//! A server that lets nobody in any more: verification goes on from memory, what needs another connection is told that
//! there is none, and everything goes on by itself.

use super::{until, verdict};
use crate::{
    engine::{Place, Raw},
    server_process::ServerProcess,
    support::TestApp,
};
use app::domain::{Error, Verdict};
use sqlx::{Connection, Executor};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn out_of_connections_memory_answers_and_what_needs_the_data_waits_for_one_in_vain() {
    let server = ServerProcess::start();
    let mut raw = Raw::connect(&server.url("postgres")).await.unwrap();
    // Limits are not for superusers.
    raw.execute("create role tokenry login").await.unwrap();
    raw.execute("create database tokenry owner tokenry").await.unwrap();
    let url = server.url("tokenry").replace("postgres@", "tokenry@");
    let app = TestApp::at(Place::at(url)).await;
    let (known, unread) = (app.create("Known").await.secret, app.create("Unread").await.secret);
    assert_eq!(verdict(&app.service, known.as_str()).await, Ok(Verdict::Valid));
    raw.execute("alter role tokenry connection limit 0").await.unwrap();
    // All but the one that reads changes.
    raw.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity
          where usename = 'tokenry' and query not like '%is_behind%'",
    )
    .await
    .unwrap();
    let away = Err(Error::Unavailable);
    let unanswered = async {
        assert_eq!(verdict(&app.service, unread.as_str()).await, away);
        assert_eq!(app.stranger().revoke(known.as_str()).await.status, 503);
        assert_eq!(app.visitor().get("/settings/tokens").await.status, 503);
    };
    let verifying = async {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(3) {
            assert_eq!(verdict(&app.service, known.as_str()).await, Ok(Verdict::Valid));
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(unanswered, verifying);

    raw.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tokenry'")
        .await
        .unwrap();
    until(&app.service, known.as_str(), &away, &[Ok(Verdict::Valid)]).await;
    raw.execute("alter role tokenry connection limit -1").await.unwrap();
    until(&app.service, unread.as_str(), &Ok(Verdict::Valid), &[away]).await;
    assert_eq!(app.stranger().revoke(known.as_str()).await.status, 200);
    assert_eq!(verdict(&app.service, known.as_str()).await, Ok(Verdict::Revoked));
    assert_eq!(app.visitor().get("/settings/tokens").await.status, 200);
}
