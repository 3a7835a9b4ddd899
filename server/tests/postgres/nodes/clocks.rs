//! Clocks differ. Whether a token has expired is up to the clock of the node that is asked. The clock of the database
//! only says how old the lines about changes are, and a node that misses one of them forgets everything.

use super::{until, verdict};
use crate::support::TestApp;
use app::{
    domain::{SecretPrefix, Timestamp, Verdict},
    service::{Clock, Service},
};
use server::store::open;
use sqlx::AssertSqlSafe;

const HOUR: i64 = 3_600_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_whose_clock_is_hours_off_hides_no_change_from_a_node() {
    let app = TestApp::new().await;
    let other =
        Service::new(open(&app.database()).await.unwrap(), app.clock.clone(), SecretPrefix::default());
    for (name, hours) in [("Behind", -2), ("Equal", 0), ("Ahead", 2)] {
        let token = app.create(name).await;
        let secret = token.secret.as_str();
        assert_eq!(verdict(&other, secret).await, Ok(Verdict::Valid), "{name}");
        app.service.delete_token(&app.admin.caller, token.token.id).await.unwrap();
        let now = app.clock.now().as_millis();
        let sql = format!("update change set at = {}", now + hours * HOUR);
        sqlx::query(AssertSqlSafe(sql)).execute(&mut app.raw().await).await.unwrap();
        app.store.forget_changes(Timestamp::from_millis(now - HOUR)).await.unwrap();
        until(&other, secret, &Ok(Verdict::Revoked), &[Ok(Verdict::Valid)]).await;
    }
}
