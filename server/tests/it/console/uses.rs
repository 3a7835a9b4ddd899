//! Uses on their way from a verification to the data: they are told apart, bounded, and never get in the way.

use crate::support::TestApp;
use app::{
    domain::{Error, Permission, TokenId, USE_KINDS_MAX, USES_KEPT_MS, Verdict},
    service::{UseCount, VerifyRequest},
};
use std::net::{IpAddr, Ipv4Addr};

const HOUR: i64 = 60 * 60 * 1_000;

fn request(secret: &str) -> VerifyRequest<'_> {
    VerifyRequest { secret, permissions: &[], address: None, client: "curl/8" }
}

async fn ask(app: &TestApp, request: &VerifyRequest<'_>) -> Verdict {
    app.service.verify(request).await.unwrap().verdict
}

async fn uses(app: &TestApp, token: TokenId) -> Vec<UseCount> {
    app.service.flush_uses().await.unwrap();
    app.uses_of(token).await
}

fn address(n: u32) -> Option<IpAddr> {
    Some(Ipv4Addr::from(0x0A00_0000 + n).into())
}

#[tokio::test]
async fn every_verdict_is_counted_with_what_was_wanted_and_by_whom() {
    let app = TestApp::new().await;
    let made = app.create("Deploy").await;
    let secret = made.secret.as_str();
    let wanted: Vec<Permission> =
        ["projects:read", "billing:write"].iter().map(|p| p.parse().unwrap()).collect();
    for _ in 0..3 {
        let asked = VerifyRequest { permissions: &wanted[..1], address: address(7), ..request(secret) };
        assert_eq!(ask(&app, &asked).await, Verdict::Valid);
    }
    let asked = VerifyRequest { permissions: &wanted, ..request(secret) };
    assert_eq!(ask(&app, &asked).await, Verdict::PermissionMissing);
    let row = |count: &UseCount| {
        (count.verdict, count.permission.clone(), count.address.clone(), count.client.clone(), count.count)
    };
    let mut rows: Vec<_> = uses(&app, made.token.id).await.iter().map(row).collect();
    rows.sort();
    let client = || "curl/8".to_owned();
    assert_eq!(
        rows,
        [
            (Verdict::Valid, "projects:read".to_owned(), "10.0.0.7".to_owned(), client(), 3),
            (
                Verdict::PermissionMissing,
                "projects:read billing:write".to_owned(),
                String::new(),
                client(),
                1
            ),
        ]
    );
}

#[tokio::test]
async fn what_is_nobodys_is_counted_for_nobody() {
    let app = TestApp::new().await;
    assert_eq!(ask(&app, &request("tkr_not-one-of-ours")).await, Verdict::Malformed);
    let gone = app.create("Deploy").await;
    app.run("delete from secret").await;
    assert_eq!(ask(&app, &request(gone.secret.as_str())).await, Verdict::Unknown);
    app.service.flush_uses().await.unwrap();
    let sql = "select count(*) from use_count where secret_id = zeroblob(16)
                  and verdict in ('malformed', 'unknown') and count = 1";
    assert_eq!(app.number(sql).await, 2);
    assert_eq!(app.number("select count(*) from use_count").await, 2);
    let everything =
        "select count(*) from use_count where instr(permission || address || client, 'tkr_') > 0";
    assert_eq!(app.number(everything).await, 0);
}

#[tokio::test]
async fn counts_add_up_over_flushes_and_hours_are_kept_apart() {
    let app = TestApp::new().await;
    let made = app.create("Deploy").await;
    for _ in 0..3 {
        ask(&app, &request(made.secret.as_str())).await;
        app.service.flush_uses().await.unwrap();
    }
    app.clock.forward(HOUR);
    ask(&app, &request(made.secret.as_str())).await;
    let counts: Vec<u64> = uses(&app, made.token.id).await.iter().map(|u| u.count).collect();
    assert_eq!(counts, [1, 3], "the latest hour first");
}

#[tokio::test]
async fn a_token_says_when_it_was_last_found_valid_and_where() {
    let app = TestApp::new().await;
    let made = app.create("Deploy").await;
    let token = async || app.service.token(&app.admin.caller, made.token.id).await.unwrap();
    let secret = made.secret.as_str();
    ask(&app, &VerifyRequest { address: address(7), ..request(secret) }).await;
    app.clock.forward(5_000);
    let wanted: Permission = "billing:write".parse().unwrap();
    let refused = VerifyRequest { permissions: &[wanted], address: address(8), ..request(secret) };
    assert_eq!(ask(&app, &refused).await, Verdict::PermissionMissing);
    app.service.flush_uses().await.unwrap();
    let before = token().await;
    assert_eq!(before.last_used.as_ref().unwrap().address, "10.0.0.7", "what was refused is no use of it");
    app.clock.forward(5_000);
    ask(&app, &VerifyRequest { address: address(9), ..request(secret) }).await;
    app.service.flush_uses().await.unwrap();
    let after = token().await;
    assert_eq!(after.last_used.as_ref().unwrap().address, "10.0.0.9");
    assert_eq!(
        after.last_used.unwrap().at.as_millis() - before.last_used.unwrap().at.as_millis(),
        10_000,
        "the clock's time, not the flush's"
    );
    assert_eq!(after.version, made.token.version);
}

#[tokio::test]
async fn uses_that_cannot_be_written_get_in_nobodys_way_and_are_not_lost() {
    let app = TestApp::new().await;
    let made = app.create("Deploy").await;
    ask(&app, &request(made.secret.as_str())).await;
    app.run("alter table use_count rename to elsewhere").await;
    for _ in 0..2 {
        assert_eq!(app.service.flush_uses().await, Err(Error::Unavailable));
        assert_eq!(ask(&app, &request(made.secret.as_str())).await, Verdict::Valid);
    }
    let health = app.service.use_health();
    assert_eq!((health.waiting, health.failures, health.dropped), (1, 2, 0));
    app.run("alter table elsewhere rename to use_count").await;
    let counts: Vec<u64> = uses(&app, made.token.id).await.iter().map(|u| u.count).collect();
    assert_eq!(counts, [3]);
    assert_eq!(app.service.use_health().waiting, 0);
}

#[tokio::test]
async fn a_secret_leaves_only_so_many_rows_in_an_hour_whoever_uses_it() {
    let app = TestApp::new().await;
    let made = app.create("Deploy").await;
    let rounds: u32 = 3;
    for round in 0..rounds {
        for n in 0..300 {
            let client = format!("client {round} {n}");
            let permission: Permission = format!("made-up:p{round}-{n}").parse().unwrap();
            let permissions = [permission];
            let asked = VerifyRequest {
                permissions: &permissions,
                address: address(n),
                client: &client,
                ..request(made.secret.as_str())
            };
            assert_eq!(ask(&app, &asked).await, Verdict::PermissionMissing);
        }
        app.service.flush_uses().await.unwrap();
    }
    let rows = uses(&app, made.token.id).await;
    assert!(rows.len() <= 2 * USE_KINDS_MAX + Verdict::ALL.len(), "{}", rows.len());
    assert_eq!(rows.iter().map(|u| u.count).sum::<u64>(), u64::from(rounds * 300), "none is lost");
    assert!(rows.iter().any(|u| (u.permission.as_str(), u.address.as_str()) == ("other", "other")));
    assert_eq!(app.service.use_health().dropped, 0);
}

#[tokio::test]
async fn when_it_is_told_to_stop_the_last_uses_are_written_first() {
    let app = TestApp::new().await;
    let made = app.create("Deploy").await;
    ask(&app, &request(made.secret.as_str())).await;
    app.service.keep_uses(std::future::ready(())).await;
    assert_eq!(app.number("select cast(sum(count) as bigint) from use_count").await, 1);
}

#[tokio::test]
async fn uses_are_kept_for_four_hundred_days() {
    let app = TestApp::new().await;
    let made = app.create("Deploy").await;
    ask(&app, &request(made.secret.as_str())).await;
    app.service.flush_uses().await.unwrap();
    app.clock.forward(USES_KEPT_MS - HOUR);
    app.service.forget_old_uses().await.unwrap();
    assert_eq!(app.number("select count(*) from use_count").await, 1);
    app.clock.forward(2 * HOUR);
    app.service.forget_old_uses().await.unwrap();
    assert_eq!(app.number("select count(*) from use_count").await, 0);
}
