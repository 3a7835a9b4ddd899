//! The cost of the console in CPU time on this machine. `make bench` prints it; nothing asserts it.
//!
//! - the Tokens page with 50 rows, rendered on the server by the real router;
//! - one page of the table with 1,000 and with 1,000,000 tokens: in every order, with every filter, searched.
//!
//! CPU time covers the whole process (Linux), so other work on the machine disturbs it less. Ratios compare one run.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise, and prints"
)]

mod common;

use app::domain::{Scope, TokenQuery};
use app::service::{Clock, SystemClock};
use common::{
    TestApp, cpu_us, describe_machine,
    table::{TEXTS, asked, middle, pages, seeded},
};
use std::time::Instant;

const LARGE: u32 = 1_000_000;
/// CPU time is counted in steps of ten milliseconds, so each side has to spend at least a quarter of a second.
const ENOUGH_US: f64 = 250_000.0;
const READS: u32 = 10;
const ROUNDS: u32 = 400;
const ROWS: u32 = 50;

#[tokio::main]
async fn main() {
    describe_machine();
    let home = tempfile::TempDir::new().unwrap();
    let small = seeded(&home.path().join("small.db"), 1_000).await;
    let begin = Instant::now();
    let large = seeded(&home.path().join("large.db"), LARGE).await;
    println!("seeding {LARGE} tokens took {:.0} s", begin.elapsed().as_secs_f64());

    println!("\none page of the table, {ROWS} rows, store only (ratio: {LARGE} against 1,000; goal 1.5)");
    for (name, query) in pages() {
        measured(&small, &large, name, &query).await;
    }
    println!("\nwhat is searched for (goal 10, aim 3)");
    for text in TEXTS {
        measured(&small, &large, text, &asked(&format!("q={text}"))).await;
        measured(&small, &large, &format!("{text}, by name"), &asked(&format!("q={text}&sort=name"))).await;
    }
    println!("\nthe whole Tokens page, {ROWS} rows, rendered by the server");
    for (name, path) in [
        ("first page", "/settings/tokens".to_owned()),
        ("in the middle", format!("/settings/tokens?cursor={}", middle())),
        ("by name", "/settings/tokens?sort=name".to_owned()),
        ("searched", "/settings/tokens?q=nightly".to_owned()),
    ] {
        let (a, bytes) = rendered(&small, &path).await;
        let (b, _) = rendered(&large, &path).await;
        println!(
            "  {name:<14} {a:>8.0} us   {b:>8.0} us   ratio {:.2}   ({} kB of HTML)",
            b / a,
            bytes / 1_000
        );
    }
}

async fn measured(small: &TestApp, large: &TestApp, name: &str, query: &TokenQuery) {
    let (a, b) = paired(small, large, query).await;
    println!("  {name:<44} {a:>8.0} us   {b:>8.0} us   ratio {:.2}", b / a);
}

/// Reads the same page and its count from both stores in turn. Returns CPU microseconds per page.
async fn paired(small: &TestApp, large: &TestApp, query: &TokenQuery) -> (f64, f64) {
    let now = SystemClock.now();
    let (mut spent, mut pages) = ([0.0_f64; 2], 0.0);
    let mut is_warm = false;
    while spent[0].min(spent[1]) < ENOUGH_US && spent[0].max(spent[1]) < 10.0 * ENOUGH_US {
        for (spent, TestApp { store, .. }) in spent.iter_mut().zip([small, large]) {
            let begin = cpu_us();
            for _ in 0..READS {
                store.list_tokens(Scope::Everybody, query, now).await.unwrap();
                store.count_matching(Scope::Everybody, &query.filter, now, 1_001).await.unwrap();
            }
            // The first turn warms the caches.
            if is_warm {
                *spent += cpu_us() - begin;
            }
        }
        if is_warm {
            pages += f64::from(READS);
        }
        is_warm = true;
    }
    (spent[0] / pages, spent[1] / pages)
}

async fn rendered(app: &TestApp, path: &str) -> (f64, usize) {
    let router = app.router().await;
    let mut bytes = 0;
    for _ in 0..20 {
        bytes = app.visit(&router, path).await;
    }
    let begin = cpu_us();
    for _ in 0..ROUNDS {
        app.visit(&router, path).await;
    }
    ((cpu_us() - begin) / f64::from(ROUNDS), bytes)
}
