//! The server restarts, hangs, or ends connections: answers are right or there are none, and everything goes on by
//! itself.

use crate::{engine::Place, server_process::ServerProcess, support::TestApp};
use app::{
    domain::{Error, Verdict},
    service::VerifyRequest,
};
use sqlx::Executor;
use std::time::{Duration, Instant};

async fn verdict(app: &TestApp, secret: &str) -> Result<Verdict, Error> {
    let request = VerifyRequest { secret, permissions: &[], address: None, client: "" };
    app.service.verify(&request).await.map(|verification| verification.verdict)
}

/// Waits until the answer is this one, and returns how long that took. Until then, there may be no answer, but none
/// that is wrong.
async fn until(
    app: &TestApp,
    secret: &str,
    wanted: &Result<Verdict, Error>,
    or: &[Result<Verdict, Error>],
) -> Duration {
    let began = Instant::now();
    loop {
        let now = verdict(app, secret).await;
        if now == *wanted {
            return began.elapsed();
        }
        assert!(or.contains(&now), "{now:?} while {wanted:?} was waited for");
        assert!(began.elapsed() < Duration::from_secs(20), "{now:?} for ever");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_ended_one_by_one_are_made_anew() {
    let app = TestApp::new().await;
    let secret = app.create("Deploy").await.secret;
    let mut raw = app.raw().await;
    for round in 0..10 {
        assert_eq!(verdict(&app, secret.as_str()).await, Ok(Verdict::Valid), "round {round}");
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
    assert_eq!(verdict(&app, secret.as_str()).await, Ok(Verdict::Valid));
    server.signal("-STOP");
    let away = Err(Error::Unavailable);
    let took = until(&app, secret.as_str(), &away, &[Ok(Verdict::Valid)]).await;
    assert!(took < Duration::from_secs(3), "{took:?}");
    server.signal("-CONT");
    until(&app, secret.as_str(), &Ok(Verdict::Valid), &[away]).await;
    app.service.delete_token(&app.admin.caller, id).await.unwrap();
    assert_eq!(verdict(&app, secret.as_str()).await, Ok(Verdict::Revoked));
}
