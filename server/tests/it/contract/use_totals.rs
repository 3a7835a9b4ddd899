//! The uses of many tokens, added up as they are written: they belong to the right owner and always equal the counts.

use crate::support::{TestApp, form};
use app::{
    domain::{Role, Scope, Timestamp, TokenId, UsageRange, UseTotals, VERIFY_TOKENS, Verdict},
    service::{Clock, UseCount},
};
use uuid::Uuid;

const HOUR: i64 = 60 * 60 * 1_000;

async fn secret_of(app: &TestApp, token: TokenId) -> Uuid {
    let sql = "select id from secret where token_id = $1 and is_current";
    sqlx::query_scalar(sql).bind(token.as_uuid()).fetch_one(&mut app.raw().await).await.unwrap()
}

/// The start of the hour that lies this many hours before the current one.
fn hours_ago(app: &TestApp, hours: i64) -> Timestamp {
    let now = app.clock.now().as_millis();
    Timestamp::from_millis(now - now.rem_euclid(HOUR) - hours * HOUR)
}

fn uses(secret: Uuid, hour: Timestamp, verdict: Verdict, address: &str, count: u64) -> UseCount {
    UseCount {
        secret,
        hour,
        verdict,
        permission: "".into(),
        address: address.into(),
        client: "".into(),
        count,
    }
}

async fn totals(app: &TestApp, scope: Scope, range: UsageRange) -> UseTotals {
    app.store.use_totals(scope, range, app.clock.now()).await.unwrap()
}

async fn day(app: &TestApp, scope: Scope) -> u64 {
    totals(app, scope, UsageRange::Day).await.usage.total()
}

#[tokio::test]
async fn everybodys_uses_are_added_up_by_step_and_verdict_and_a_persons_are_those_of_their_tokens() {
    let app = TestApp::new().await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let ours = secret_of(&app, app.create("Deploy").await.token.id).await;
    let form = form("Mine", &["projects:read"]);
    let made = app.service.create_token(&otto.caller, &form).await.unwrap();
    let theirs = secret_of(&app, made.token.id).await;
    let all = [
        uses(ours, hours_ago(&app, 0), Verdict::Valid, "10.0.0.1", 3),
        uses(ours, hours_ago(&app, 0), Verdict::Valid, "10.0.0.2", 4),
        uses(theirs, hours_ago(&app, 0), Verdict::Valid, "10.0.0.1", 5),
        uses(theirs, hours_ago(&app, 23), Verdict::RateLimited, "10.0.0.1", 2),
        uses(theirs, hours_ago(&app, 24), Verdict::Valid, "10.0.0.1", 100),
        uses(Uuid::nil(), hours_ago(&app, 1), Verdict::Malformed, "10.0.0.1", 1_000),
    ];
    app.store.add_uses(&all, &[]).await.unwrap();
    app.store.add_uses(&all[..1], &[]).await.unwrap();
    let everybody = totals(&app, Scope::Everybody, UsageRange::Day).await.usage;
    let steps = everybody.steps();
    assert_eq!((everybody.total(), everybody.denied(), everybody.counts.len()), (1_017, 1_002, 3));
    assert_eq!(everybody.in_step(steps[23], Verdict::Valid), 15, "of both, and of both times");
    assert_eq!(everybody.in_step(steps[0], Verdict::RateLimited), 2);
    let of_one = totals(&app, Scope::Owner(otto.id()), UsageRange::Day).await.usage;
    assert_eq!((of_one.total(), of_one.in_step(steps[23], Verdict::Valid)), (7, 5));
    assert_eq!(day(&app, Scope::Owner(app.admin.id())).await, 10);
    let month = totals(&app, Scope::Owner(otto.id()), UsageRange::Month).await.usage;
    assert_eq!(month.total(), 107);
    assert!(month.counts.iter().all(|count| month.steps().contains(&count.begins)), "{:?}", month.counts);
}

#[tokio::test]
async fn whoever_asks_is_counted_only_where_nothing_comes_of_it() {
    let app = TestApp::new().await;
    let secret = secret_of(&app, app.create("Gateway").await.token.id).await;
    let asks = |verdict, count| UseCount {
        permission: VERIFY_TOKENS.into(),
        ..uses(secret, hours_ago(&app, 0), verdict, "10.0.0.1", count)
    };
    let other = uses(secret, hours_ago(&app, 0), Verdict::Valid, "10.0.0.1", 1);
    app.store
        .add_uses(&[asks(Verdict::Valid, 100), asks(Verdict::RateLimited, 7), other], &[])
        .await
        .unwrap();
    for scope in [Scope::Everybody, Scope::Owner(app.admin.id())] {
        let found = totals(&app, scope, UsageRange::Day).await.usage;
        assert_eq!((found.of_verdict(Verdict::Valid), found.denied()), (1, 7));
    }
}

#[tokio::test]
async fn a_token_that_is_handed_over_leaves_its_past_with_whoever_had_it() {
    let app = TestApp::new().await;
    let otto = app.user("Otto Brandt", Role::Member).await;
    let token = app.create("Deploy").await.token.id;
    let secret = secret_of(&app, token).await;
    let ada = Scope::Owner(app.admin.id());
    let one = [uses(secret, hours_ago(&app, 0), Verdict::Valid, "10.0.0.1", 1)];
    app.store.add_uses(&one, &[]).await.unwrap();
    app.service.hand_over_token(&app.admin.caller, token, &otto.id().to_string()).await.unwrap();
    app.store.add_uses(&[UseCount { count: 10, ..one[0].clone() }], &[]).await.unwrap();
    let all = (day(&app, ada).await, day(&app, Scope::Owner(otto.id())).await);
    assert_eq!((all, day(&app, Scope::Everybody).await), ((1, 10), 11));
    app.service.delete_token(&app.admin.caller, token).await.unwrap();
    assert_eq!(day(&app, Scope::Owner(otto.id())).await, 10, "a deleted one, too");
}

#[tokio::test]
async fn the_last_hour_is_told_however_long_ago_it_was() {
    let app = TestApp::new().await;
    let ada = Scope::Owner(app.admin.id());
    let secret = secret_of(&app, app.create("Deploy").await.token.id).await;
    assert_eq!(totals(&app, ada, UsageRange::Day).await.last_hour, None);
    let hours = [900, 2_000].map(|hours| uses(secret, hours_ago(&app, hours), Verdict::Valid, "", 1));
    app.store.add_uses(&hours, &[]).await.unwrap();
    for range in UsageRange::ALL {
        let found = totals(&app, ada, range).await;
        assert_eq!((found.usage.total(), found.last_hour), (0, Some(hours_ago(&app, 900))));
    }
    let otto = app.user("Otto Brandt", Role::Member).await;
    assert_eq!(totals(&app, Scope::Owner(otto.id()), UsageRange::Day).await.last_hour, None);
}

#[tokio::test]
async fn counts_and_totals_are_written_together_or_not_at_all() {
    let app = TestApp::new().await;
    let secret = secret_of(&app, app.create("Deploy").await.token.id).await;
    let one = [uses(secret, hours_ago(&app, 0), Verdict::Valid, "", 1)];
    app.run("alter table use_total rename to elsewhere").await;
    assert!(app.store.add_uses(&one, &[]).await.is_err());
    app.run("alter table elsewhere rename to use_total").await;
    assert_eq!(app.number("select count(*) from use_count").await, 0);
    app.store.add_uses(&one, &[]).await.unwrap();
    assert_eq!(day(&app, Scope::Everybody).await, 1);
}

#[tokio::test]
async fn totals_are_forgotten_after_the_last_of_their_counts() {
    let app = TestApp::new().await;
    let secret = secret_of(&app, app.create("Deploy").await.token.id).await;
    let all: Vec<UseCount> =
        (1..=5).map(|hours| uses(secret, hours_ago(&app, hours), Verdict::Valid, "", 1)).collect();
    app.store.add_uses(&all, &[]).await.unwrap();
    let mut left = Vec::new();
    loop {
        let forgotten = app.store.forget_uses(hours_ago(&app, 2), 2).await.unwrap();
        left.push((
            app.number("select count(*) from use_count").await,
            app.number("select count(*) from use_total").await,
        ));
        if forgotten < 2 {
            break;
        }
    }
    assert_eq!(left, [(3, 10), (2, 9), (2, 7), (2, 5), (2, 4)], "ours and everybody's of each hour");
    assert_eq!(day(&app, Scope::Everybody).await, 2);
}

on_sqlite! {
    #[tokio::test]
    async fn a_database_from_before_there_were_totals_has_those_of_its_counts() {
        let app = TestApp::new().await;
        let otto = app.user("Otto Brandt", Role::Member).await;
        let ours = secret_of(&app, app.create("Deploy").await.token.id).await;
        let all = [
            uses(ours, hours_ago(&app, 0), Verdict::Valid, "10.0.0.1", 3),
            uses(ours, hours_ago(&app, 0), Verdict::Valid, "10.0.0.2", 4),
            uses(Uuid::nil(), hours_ago(&app, 1), Verdict::Malformed, "10.0.0.1", 1_000),
            UseCount {
                permission: VERIFY_TOKENS.into(),
                ..uses(ours, hours_ago(&app, 0), Verdict::Valid, "10.0.0.1", 50)
            },
        ];
        app.store.add_uses(&all, &[]).await.unwrap();
        let scopes = [Scope::Everybody, Scope::Owner(app.admin.id()), Scope::Owner(otto.id())];
        let mut before = Vec::new();
        for scope in scopes {
            before.push(totals(&app, scope, UsageRange::Month).await);
        }
        assert_eq!(before.iter().map(|totals| totals.usage.total()).collect::<Vec<_>>(), [1_007, 7, 0]);
        app.run("drop table use_total; delete from _sqlx_migrations where version = 6").await;
        app.store.close().await;
        let store = server::store::open(&app.database()).await.unwrap();
        for (scope, before) in scopes.into_iter().zip(before) {
            let now = app.clock.now();
            assert_eq!(store.use_totals(scope, UsageRange::Month, now).await.unwrap(), before, "{scope:?}");
        }
    }
}
