//! The cost of signing in, and what 200 people who sign in at once do to somebody who reads the Tokens page. `make
//! bench` prints it; nothing asserts it.
//!
//! This measures wall-clock time, not CPU, because the question is how long others wait. Both halves come from one run.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise, and prints"
)]

mod common;
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use common::{PASSWORD, TestApp, cpu_us, describe_machine};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tower::ServiceExt;

const PEOPLE: u32 = 200;
const ROWS: u32 = 50;
const ROUNDS: u32 = 100;

#[tokio::main]
async fn main() {
    describe_machine();
    let home = tempfile::TempDir::new().unwrap();
    let app = TestApp::new(&home.path().join("tokenry.db")).await;
    let router = app.router().await;

    for n in 0..ROWS {
        app.create(&format!("Token number {n}")).await;
    }

    println!("\nthe Tokens page, {ROWS} rows, while {PEOPLE} people sign in at once (goal for p99: 2)");
    let quiet = read_for(&app, &router, Duration::from_secs(4)).await;
    let begin = Instant::now();
    let storm: Vec<_> = (0..PEOPLE)
        .map(|n| {
            let router = router.clone();
            tokio::spawn(async move {
                sign_in(&router, &format!("person{n}@example.com"), PASSWORD, 10_000 + n).await;
            })
        })
        .collect();
    let mut busy = Vec::new();
    while !storm.iter().all(tokio::task::JoinHandle::is_finished) {
        busy.push(read(&app, &router).await);
    }
    println!("  the storm took {:.1} s", begin.elapsed().as_secs_f64());
    for (name, share) in [("p50", 0.50), ("p99", 0.99)] {
        let (a, b) = (quantile(&quiet, share), quantile(&busy, share));
        println!(
            "  {name}   {a:>6.2} ms   {b:>6.2} ms   ratio {:.2}   ({} and {} pages)",
            b / a,
            quiet.len(),
            busy.len()
        );
    }

    println!("\nsigning in, one after the other: the median of {ROUNDS} tries of each kind, turn by turn");
    let kinds = [
        ("right password", "ada@example.com", PASSWORD),
        ("wrong password", "ada@example.com", "seventeen violet kettlez"),
        ("unknown address", "eve@example.com", PASSWORD),
    ];
    let (mut times, mut cpu) = (vec![Vec::new(); kinds.len()], vec![0.0; kinds.len()]);
    for round in 0..ROUNDS {
        // A new source and fresh budgets every round, because the limits are not what is measured.
        let router = app.router().await;
        for (at, (_, email, password)) in kinds.iter().enumerate() {
            let (spent, begin) = (cpu_us(), Instant::now());
            sign_in(&router, email, password, 1_000 + round).await;
            times[at].push(begin.elapsed());
            cpu[at] += cpu_us() - spent;
        }
    }
    for (at, (name, ..)) in kinds.iter().enumerate() {
        let cpu = cpu[at] / 1_000.0 / f64::from(ROUNDS);
        println!("  {name:<16} {:>7.2} ms on the clock   {cpu:>6.1} ms CPU", quantile(&times[at], 0.5));
    }
}

async fn sign_in(router: &Router, email: &str, password: &str, source: u32) {
    let body = format!("email={email}&password={}&next=", password.replace(' ', "+"));
    let mut request = Request::post("/sign-in")
        .header("host", "localhost")
        .header("origin", "http://localhost")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    let address = SocketAddr::from((Ipv4Addr::from_bits(0x0a00_0000 + source), 1));
    request.extensions_mut().insert(ConnectInfo(address));
    let status = router.clone().oneshot(request).await.unwrap().status();
    assert!(matches!(status, StatusCode::SEE_OTHER | StatusCode::UNAUTHORIZED), "{status}");
}

async fn read_for(app: &TestApp, router: &Router, time: Duration) -> Vec<Duration> {
    let (begin, mut times) = (Instant::now(), Vec::new());
    while begin.elapsed() < time {
        times.push(read(app, router).await);
    }
    times
}

/// Reads one page and returns how long it took.
async fn read(app: &TestApp, router: &Router) -> Duration {
    let begin = Instant::now();
    app.visit(router, "/settings/tokens").await;
    begin.elapsed()
}

/// In milliseconds.
fn quantile(times: &[Duration], share: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small number")]
    let at = ((sorted.len() as f64 - 1.0) * share) as usize;
    sorted[at].as_secs_f64() * 1_000.0
}
