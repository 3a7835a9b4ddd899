use crate::support::TestApp;
use app::{
    domain::{Overlap, Scope, Timestamp, TokenId, Verdict},
    service::{LatestUse, StoreError, UseCount, VerifyStore, Watcher},
};
use async_trait::async_trait;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use uuid::Uuid;

const HOUR: i64 = 60 * 60 * 1_000;

fn uses(secret: Uuid, hour: i64, address: &str, count: u64) -> UseCount {
    UseCount {
        secret,
        hour: Timestamp::from_millis(hour * HOUR),
        verdict: Verdict::Valid,
        permission: "projects:read".into(),
        address: address.into(),
        client: "curl/8".into(),
        count,
    }
}

fn latest(secret: Uuid, token: TokenId, at: i64, address: &str) -> LatestUse {
    let (at, address) = (Timestamp::from_millis(at), address.into());
    LatestUse { secret, token, at, address, client: "curl/8".into() }
}

/// A token and the id of its secret.
async fn token(app: &TestApp, name: &str) -> (TokenId, Uuid) {
    let token = app.create(name).await.token.id;
    let sql = "select id from secret where token_id = $1 and is_current";
    let secret = sqlx::query_scalar(sql).bind(token.as_uuid()).fetch_one(&mut app.raw().await).await;
    (token, secret.unwrap())
}

#[tokio::test]
async fn counts_are_added_to_those_that_are_there() {
    let app = TestApp::new().await;
    let (token, secret) = token(&app, "Deploy").await;
    app.store.add_uses(&[uses(secret, 1, "10.0.0.1", 2), uses(secret, 2, "10.0.0.1", 5)], &[]).await.unwrap();
    app.store.add_uses(&[uses(secret, 1, "10.0.0.1", 3), uses(secret, 1, "10.0.0.2", 1)], &[]).await.unwrap();
    assert_eq!(
        app.uses_of(token).await,
        [uses(secret, 2, "10.0.0.1", 5), uses(secret, 1, "10.0.0.1", 5), uses(secret, 1, "10.0.0.2", 1)]
    );
}

#[tokio::test]
async fn uses_of_one_kind_are_added_up_within_one_write_too() {
    let app = TestApp::new().await;
    let (token, secret) = token(&app, "Deploy").await;
    // A secret that was read again meanwhile is in memory twice for a moment, each with its own uses.
    let twice = [uses(secret, 1, "10.0.0.1", 2), uses(secret, 1, "10.0.0.1", 3)];
    let last = [latest(secret, token, HOUR, "10.0.0.1"), latest(secret, token, HOUR + 1, "10.0.0.1")];
    app.store.add_uses(&twice, &last).await.unwrap();
    assert_eq!(app.uses_of(token).await, [uses(secret, 1, "10.0.0.1", 5)]);
    assert_eq!(app.tokens().await[0].last_used.as_ref().unwrap().at, Timestamp::from_millis(HOUR + 1));
}

#[tokio::test]
async fn the_uses_of_a_token_are_those_of_all_its_secrets_and_of_no_others() {
    let app = TestApp::new().await;
    let (ours, before) = token(&app, "Deploy").await;
    let (_, foreign) = token(&app, "Billing").await;
    app.service.rotate_token(&app.admin.caller, ours, None, Overlap::of_seconds(60)).await.unwrap();
    let sql = "select id from secret where token_id = $1 and is_current";
    let now: Uuid =
        sqlx::query_scalar(sql).bind(ours.as_uuid()).fetch_one(&mut app.raw().await).await.unwrap();
    let all = [before, now, foreign, Uuid::nil()].map(|secret| uses(secret, 3, "10.0.0.1", 1));
    app.store.add_uses(&all, &[]).await.unwrap();
    app.store.add_uses(&[uses(now, 1, "10.0.0.1", 1)], &[]).await.unwrap();
    let mut found: Vec<Uuid> = app.uses_of(ours).await.iter().map(|used| used.secret).collect();
    found.sort_unstable();
    let mut wanted = [before, now, now];
    wanted.sort_unstable();
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn the_last_use_moves_forward_only() {
    let app = TestApp::new().await;
    let (token, secret) = token(&app, "Deploy").await;
    for (at, address) in [(5, "10.0.0.5"), (9, "10.0.0.9"), (7, "10.0.0.7")] {
        app.store.add_uses(&[], &[latest(secret, token, at, address)]).await.unwrap();
    }
    let used = app.store.token(token, Scope::Everybody).await.unwrap().last_used.unwrap();
    assert_eq!((used.at.as_millis(), used.address.as_str()), (9, "10.0.0.9"));
    let sql = "select count(*) from secret where last_used_at = 9 and last_used_address = '10.0.0.9'
                  and last_used_client = 'curl/8'";
    assert_eq!(app.number(sql).await, 1);
}

#[tokio::test]
async fn a_use_is_no_change_that_anybody_has_to_learn_of() {
    let app = TestApp::new().await;
    let (token, secret) = token(&app, "Deploy").await;
    let before = app.store.token(token, Scope::Everybody).await.unwrap();
    let told = Arc::new(Told::default());
    app.store.watch(told.clone());
    let changes = app.number("select count(*) from change").await;
    app.store.add_uses(&[uses(secret, 1, "", 1)], &[latest(secret, token, 5, "")]).await.unwrap();
    app.store.forget_uses(Timestamp::from_millis(2 * HOUR), 10).await.unwrap();
    assert_eq!(told.0.load(Ordering::SeqCst), 0);
    assert_eq!(app.number("select count(*) from change").await, changes);
    let after = app.store.token(token, Scope::Everybody).await.unwrap();
    assert_eq!((after.version, after.updated_at), (before.version, before.updated_at));
    app.create("Billing").await;
    assert_eq!(told.0.load(Ordering::SeqCst), 1, "of anything else they do");
}

/// Counts the commits that it is told of.
#[derive(Default)]
struct Told(AtomicUsize);

#[async_trait]
impl Watcher for Told {
    async fn committed(&self, _: &dyn VerifyStore) -> Result<(), StoreError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn old_counts_are_forgotten_a_few_at_a_time() {
    let app = TestApp::new().await;
    let (token, secret) = token(&app, "Deploy").await;
    let all: Vec<UseCount> = (1..=5).map(|hour| uses(secret, hour, "", 1)).collect();
    app.store.add_uses(&all, &[]).await.unwrap();
    let forget = async || app.store.forget_uses(Timestamp::from_millis(4 * HOUR), 2).await.unwrap();
    // Three counts, then the totals of these three hours: the owner's and everybody's.
    assert_eq!(
        [forget().await, forget().await, forget().await, forget().await, forget().await],
        [2, 2, 2, 2, 1]
    );
    assert_eq!(forget().await, 0);
    let left: Vec<i64> = app.uses_of(token).await.iter().map(|u| u.hour.as_millis() / HOUR).collect();
    assert_eq!(left, [5, 4]);
}
