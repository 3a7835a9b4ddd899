//! The uses of one token, added up: the ones that count, the ones that do not, and the amount that leaves the store.

use crate::support::TestApp;
use app::{
    domain::{
        DENIALS_SHOWN, EXERCISES_READ, LastPermissionUse, Overlap, PRESENTERS_SHOWN, Role, SECRETS_SHOWN,
        Scope, SecretState, Timestamp, TokenId, TokenRecord, UNUSED_MS, UsageRange, Verdict,
    },
    service::{Clock, LatestUse, StoreError, UseCount},
};
use uuid::Uuid;

const HOUR: i64 = 60 * 60 * 1_000;

async fn made(app: &TestApp, name: &str) -> (TokenId, Uuid) {
    let token = app.create(name).await.token.id;
    (token, current_secret(app, token).await)
}

async fn current_secret(app: &TestApp, token: TokenId) -> Uuid {
    let sql = "select id from secret where token_id = $1 and is_current";
    sqlx::query_scalar(sql).bind(token.as_uuid()).fetch_one(&mut app.raw().await).await.unwrap()
}

/// The start of the hour that lies this many hours before the current one.
fn hours_ago(app: &TestApp, hours: i64) -> Timestamp {
    let now = app.clock.now().as_millis();
    Timestamp::from_millis(now - now.rem_euclid(HOUR) - hours * HOUR)
}

fn uses(secret: Uuid, hour: Timestamp, verdict: Verdict, permission: &str, count: u64) -> UseCount {
    let (permission, address, client) = (permission.into(), "10.0.0.7".into(), "curl/8".into());
    UseCount { secret, hour, verdict, permission, address, client, count }
}

async fn record(app: &TestApp, token: TokenId, range: UsageRange) -> TokenRecord {
    app.store.token_record(token, Scope::Everybody, range, app.clock.now()).await.unwrap()
}

#[tokio::test]
async fn uses_are_added_up_by_step_and_verdict_from_the_first_step_on() {
    let app = TestApp::new().await;
    let (token, secret) = made(&app, "Deploy").await;
    let (_, foreign) = made(&app, "Billing").await;
    let all = [
        uses(secret, hours_ago(&app, 0), Verdict::Valid, "projects:read", 3),
        uses(secret, hours_ago(&app, 0), Verdict::Valid, "", 4),
        uses(secret, hours_ago(&app, 1), Verdict::RateLimited, "projects:read", 2),
        uses(secret, hours_ago(&app, 23), Verdict::Valid, "projects:read", 5),
        uses(secret, hours_ago(&app, 24), Verdict::Valid, "projects:read", 100),
        uses(foreign, hours_ago(&app, 0), Verdict::Valid, "projects:read", 1_000),
        uses(Uuid::nil(), hours_ago(&app, 0), Verdict::Unknown, "", 1_000),
    ];
    app.store.add_uses(&all, &[]).await.unwrap();
    let day = record(&app, token, UsageRange::Day).await.activity.usage;
    let steps = day.steps();
    assert_eq!((day.total(), day.denied(), day.counts.len()), (14, 2, 3));
    assert_eq!(day.in_step(steps[23], Verdict::Valid), 7);
    assert_eq!(day.in_step(steps[22], Verdict::RateLimited), 2);
    assert_eq!(day.in_step(steps[0], Verdict::Valid), 5);
    let month = record(&app, token, UsageRange::Month).await.activity.usage;
    assert_eq!(month.total(), 114);
    assert!(month.counts.iter().all(|count| month.steps().contains(&count.begins)), "{:?}", month.counts);
}

#[tokio::test]
async fn presenters_and_denials_are_the_most_frequent_and_the_rest_is_counted() {
    let app = TestApp::new().await;
    let (token, secret) = made(&app, "Deploy").await;
    let mut all = Vec::new();
    for n in 0..25_u64 {
        let (valid, wanted) =
            (uses(secret, hours_ago(&app, 2), Verdict::Valid, "", n + 1), format!("a:p{n}"));
        all.push(UseCount { address: format!("10.0.1.{n}"), ..valid });
        all.push(uses(secret, hours_ago(&app, 3), Verdict::PermissionMissing, &wanted, n + 1));
    }
    all.push(UseCount {
        address: "10.0.1.24".into(),
        ..uses(secret, hours_ago(&app, 1), Verdict::Expired, "", 1)
    });
    app.store.add_uses(&all, &[]).await.unwrap();
    let activity = record(&app, token, UsageRange::Day).await.activity;
    let first = &activity.presenters.rows[0];
    assert_eq!(
        (first.address.as_str(), first.count),
        ("10.0.0.7", 25 * 26 / 2),
        "added up over what was wanted"
    );
    let second = &activity.presenters.rows[1];
    assert_eq!(
        (second.address.as_str(), second.count, second.last_hour),
        ("10.0.1.24", 26, hours_ago(&app, 1)),
        "added up over hours and verdicts, as of the last one"
    );
    assert_eq!(activity.presenters.rows.len(), PRESENTERS_SHOWN as usize);
    assert_eq!(activity.presenters.more(), 26 - u64::from(PRESENTERS_SHOWN));
    assert_eq!(activity.denials.rows.len(), DENIALS_SHOWN as usize);
    assert_eq!(activity.denials.more(), 26 - u64::from(DENIALS_SHOWN));
    let most = &activity.denials.rows[0];
    assert_eq!((most.verdict, most.wanted.as_str(), most.count), (Verdict::PermissionMissing, "a:p24", 25));
}

#[tokio::test]
async fn a_permission_is_exercised_by_a_valid_use_within_a_month_whatever_the_range() {
    let app = TestApp::new().await;
    let (token, secret) = made(&app, "Deploy").await;
    let permission = "projects:read".parse().unwrap();
    let last = async || record(&app, token, UsageRange::Day).await.activity.last_use_of(&permission);
    let denied = uses(secret, hours_ago(&app, 1), Verdict::RateLimited, "projects:read", 1);
    let old = uses(secret, hours_ago(&app, UNUSED_MS / HOUR), Verdict::Valid, "projects:read", 1);
    app.store.add_uses(&[denied, old], &[]).await.unwrap();
    assert_eq!(last().await, LastPermissionUse::Never);
    let together = uses(secret, hours_ago(&app, 700), Verdict::Valid, "billing:read projects:read", 1);
    app.store.add_uses(&[together], &[]).await.unwrap();
    assert_eq!(last().await, LastPermissionUse::At(hours_ago(&app, 700)));
}

#[tokio::test]
async fn what_is_looked_through_is_bounded_and_then_nothing_is_said_never_to_have_happened() {
    let app = TestApp::new().await;
    let (token, secret) = made(&app, "Deploy").await;
    let all: Vec<UseCount> = (0..=EXERCISES_READ)
        .map(|n| uses(secret, hours_ago(&app, 1), Verdict::Valid, &format!("a:p{n}"), 1))
        .collect();
    app.store.add_uses(&all, &[]).await.unwrap();
    let activity = record(&app, token, UsageRange::Day).await.activity;
    assert_eq!(
        (activity.permission_uses.rows.len(), activity.permission_uses.more()),
        (EXERCISES_READ as usize, 1)
    );
    assert_eq!(activity.last_use_of(&"projects:read".parse().unwrap()), LastPermissionUse::Unknown);
}

#[tokio::test]
async fn every_secret_is_told_with_how_it_stands_and_its_uses_are_the_tokens() {
    let app = TestApp::new().await;
    let (token, first) = made(&app, "Deploy").await;
    app.clock.forward(1);
    app.service.rotate_token(&app.admin.caller, token, None, Overlap::of_seconds(3_600)).await.unwrap();
    let second = current_secret(&app, token).await;
    app.clock.forward(1);
    app.service.rotate_token(&app.admin.caller, token, None, Overlap::of_seconds(3_600)).await.unwrap();
    let now = app.clock.now();
    let used =
        LatestUse { secret: second, token, at: now, address: "10.0.0.9".into(), client: "curl/8".into() };
    let counts = [first, second].map(|s| uses(s, hours_ago(&app, 0), Verdict::Valid, "", 1));
    app.store.add_uses(&counts, &[used]).await.unwrap();
    let record = record(&app, token, UsageRange::Day).await;
    let states: Vec<SecretState> = record.secrets.rows.iter().map(|secret| secret.state(now)).collect();
    let retiring_until = Timestamp::from_millis(now.as_millis() + 3_600_000);
    assert_eq!(
        states,
        [SecretState::Current, SecretState::Retiring(retiring_until), SecretState::Revoked(now)]
    );
    let last = record.secrets.rows[1].last_used.clone().unwrap();
    assert_eq!((last.at, last.address.as_str(), last.client.as_str()), (now, "10.0.0.9", "curl/8"));
    assert_eq!(record.activity.usage.total(), 2);
    assert_eq!(record.created_by.as_deref(), Some("Ada Moreau (ada@example.com)"));
    for _ in 0..SECRETS_SHOWN {
        app.clock.forward(1);
        app.service.rotate_token(&app.admin.caller, token, None, Overlap::of_seconds(0)).await.unwrap();
    }
    let secrets = self::record(&app, token, UsageRange::Day).await.secrets;
    assert_eq!((secrets.rows.len(), secrets.more()), (SECRETS_SHOWN as usize, 3));
    assert_eq!(secrets.rows[0].state(app.clock.now()), SecretState::Current);
}

#[tokio::test]
async fn what_is_out_of_scope_or_deleted_is_not_found() {
    let app = TestApp::new().await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let (token, _) = made(&app, "Deploy").await;
    let ask = async |scope| {
        let asked = app.store.token_record(token, scope, UsageRange::Day, app.clock.now());
        asked.await.map(|record| record.token.id)
    };
    assert!(ask(Scope::Owner(app.admin.id())).await.is_ok_and(|id| id == token));
    assert!(matches!(ask(Scope::Owner(otto.id())).await, Err(StoreError::NotFound)));
    app.service.delete_token(&app.admin.caller, token).await.unwrap();
    assert!(matches!(ask(Scope::Everybody).await, Err(StoreError::NotFound)));
}
