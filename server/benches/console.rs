//! What the console costs, in CPU time on this machine: `make bench` prints it, nothing asserts it.
//!
//! - the Tokens page with 50 rows, rendered on the server through the real router;
//! - one page of the table, first and in the middle, with 1,000 and with 1,000,000 tokens.
//!
//! CPU time is that of the whole process (Linux), so that a busy machine disturbs less; ratios are of one run.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise, and prints"
)]

mod common;

use app::{
    domain::{Cursor, Direction, Scope, Timestamp},
    service::TokenStore,
};
use common::{House, cpu_us, describe_machine};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{path::Path, time::Instant};
use uuid::Uuid;

const ROUNDS: u32 = 400;
const ROWS: u32 = 50;

#[tokio::main]
async fn main() {
    describe_machine();
    let home = tempfile::TempDir::new().unwrap();
    let small = seeded(&home.path().join("small.db"), 1_000).await;
    let begin = Instant::now();
    let large = seeded(&home.path().join("large.db"), 1_000_000).await;
    println!("seeding 1,000,000 tokens took {:.0} s", begin.elapsed().as_secs_f64());

    println!("\none page of the table, {ROWS} rows, store only (ratio: 1,000,000 against 1,000; goal 1.5)");
    // In both databases the same person owns everything, so that the two scopes show the same rows.
    for (whose, all) in [("everybody’s", true), ("one’s own", false)] {
        for (name, cursor) in [("first page", Cursor::start()), ("in the middle", middle())] {
            let scope = |house: &House| if all { Scope::Everybody } else { Scope::Owner(house.admin) };
            let (a, b) = paired((&small, scope(&small)), (&large, scope(&large)), &cursor).await;
            println!("  {whose:<12} {name:<14} {a:>8.0} us   {b:>8.0} us   ratio {:.2}", b / a);
        }
    }
    println!("\nthe whole Tokens page, {ROWS} rows, rendered by the server");
    for (name, path) in [
        ("first page", "/settings/tokens".to_owned()),
        ("in the middle", format!("/settings/tokens?cursor={}", middle())),
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

/// Half of the tokens are newer than this: they were made a millisecond apart, the newest at the count.
fn middle() -> Cursor {
    Cursor { direction: Direction::Older, created_at: Timestamp::from_millis(500), id: Uuid::max() }
}

/// A database with this many tokens of the admin's, two permissions each, made in bulk.
async fn seeded(path: &Path, tokens: u32) -> House {
    let house = House::new(path).await;
    let options = SqliteConnectOptions::new().filename(path).pragma("synchronous", "off");
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    let numbers =
        format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {tokens})");
    for rest in [
        "insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version)
         select randomblob(16), (select id from person), 'Token number ' || i, 'token number ' || i, 'Nightly export of part ' || i, i, i, 1 from n",
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
         select randomblob(16), id, randomblob(32), 'tkr', 'abcd', 1, created_at from token",
        "insert into token_permission select id, 'projects:read' from token union all select id, 'billing:write' from token",
    ] {
        let sql = if rest.contains("from n") { format!("{numbers} {rest}") } else { rest.to_owned() };
        sqlx::query(AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
    house
}

/// The same page of both stores, turn by turn: CPU microseconds a page.
async fn paired(small: (&House, Scope), large: (&House, Scope), cursor: &Cursor) -> (f64, f64) {
    let mut spent = [0.0; 2];
    for round in 0..=20 {
        for (spent, (House { store, .. }, scope)) in spent.iter_mut().zip([small, large]) {
            let begin = cpu_us();
            for _ in 0..ROUNDS / 2 {
                let page = store.tokens(scope, cursor, ROWS).await.unwrap();
                assert_eq!(page.items.len(), ROWS as usize);
                store.count_tokens(scope, 1_001).await.unwrap();
            }
            // The first round warms the caches.
            if round > 0 {
                *spent += cpu_us() - begin;
            }
        }
    }
    let pages = f64::from(20 * (ROUNDS / 2));
    (spent[0] / pages, spent[1] / pages)
}

async fn rendered(house: &House, path: &str) -> (f64, usize) {
    let router = house.router().await;
    let mut bytes = 0;
    for _ in 0..20 {
        bytes = house.visit(&router, path).await;
    }
    let begin = cpu_us();
    for _ in 0..ROUNDS {
        house.visit(&router, path).await;
    }
    ((cpu_us() - begin) / f64::from(ROUNDS), bytes)
}
