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

use app::domain::{Scope, SortValue, Timestamp, TokenCursor, TokenId, TokenListForm, TokenQuery, TokenSort};
use common::{TestApp, cpu_us, describe_machine};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    path::Path,
    time::{Instant, SystemTime, UNIX_EPOCH},
};
use uuid::Uuid;

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
    let texts =
        ["nightly export of part 77", "token number 999", "part", "zzz", "no", "q", "abcd", "number token"];
    for text in texts {
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

/// The query of the table that stands for this query string.
fn asked(query: &str) -> TokenQuery {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.collect::<TokenListForm>().parse().unwrap()
}

/// A place in the middle of the small database: its tokens were created a millisecond apart.
fn middle() -> TokenCursor {
    let (value, id) = (SortValue::Number(500), TokenId::from_uuid(Uuid::max()));
    TokenCursor { is_before: false, sort: TokenSort::default(), value, id }
}

/// The orders and filters that the table offers.
fn pages() -> Vec<(&'static str, TokenQuery)> {
    let mut pages = vec![
        ("first page", asked("")),
        ("in the middle", TokenQuery { cursor: Some(middle()), ..asked("") }),
        ("back again", TokenQuery { cursor: Some(TokenCursor { is_before: true, ..middle() }), ..asked("") }),
    ];
    for query in [
        "sort=created_at",
        "sort=name",
        "sort=-name",
        "sort=-permissions",
        "sort=-last_used_at",
        "sort=last_used_at",
        "sort=expires_at",
        "sort=-expires_at",
        "sort=owner",
        "sort=status",
        "sort=-status",
        "status=active",
        "status=expiring_soon",
        "status=idle",
        "status=rotating",
        "status=disabled",
        "status=expired",
        "concern=never_used",
        "concern=no_expiry",
        "concern=broad",
        "permission=projects:read",
        "permission=members:write",
        "status=disabled&sort=name",
        "permission=members:write&sort=-last_used_at",
        "status=disabled&permission=members:write",
        "status=idle&concern=no_expiry",
        "status=disabled&q=part",
    ] {
        pages.push((query, asked(query)));
    }
    pages
}

async fn measured(small: &TestApp, large: &TestApp, name: &str, query: &TokenQuery) {
    let (a, b) = paired(small, large, query).await;
    println!("  {name:<44} {a:>8.0} us   {b:>8.0} us   ratio {:.2}", b / a);
}

/// A database with this many tokens of the admin's, inserted in bulk. Of every hundred, ten are disabled, ten expired,
/// ten ending soon and ten rotating. One in a thousand holds another permission.
async fn seeded(path: &Path, tokens: u32) -> TestApp {
    let app = TestApp::new(path).await;
    let options = SqliteConnectOptions::new().filename(path).pragma("synchronous", "off");
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    let numbers =
        format!("with recursive n(i) as (select 1 union all select i + 1 from n where i < {tokens})");
    for rest in [
        "insert into token (id, owner_id, name, name_key, description, created_at, updated_at, version,
                            search_text, sort_key, permission_count, last_used_at, disabled_at, expires_at)
         select randomblob(16), (select id from person), 'Token number ' || i, 'token number ' || i,
                'Nightly export of part ' || i, i, i, 1,
                '  token  number  ' || i || '  nightly  export  of  part  ' || i,
                cast(printf('token number %08d', i) as blob), 2,
                case when i % 3 > 0 then unixepoch() * 1000 - i end,
                case when i % 100 < 10 then 1 end,
                case when i % 100 between 10 and 19 then i
                     when i % 100 between 20 and 29 then unixepoch() * 1000 + 86400000 + i end from n",
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at)
         select randomblob(16), id, randomblob(32), 'tkr', printf('%04d', created_at % 10000), 1, created_at from token",
        "insert into secret (id, token_id, digest, prefix, last_chars, is_current, created_at, ends_at)
         select randomblob(16), id, randomblob(32), 'tkr', 'abcd', 0, created_at, unixepoch() * 1000 + 86400000
           from token where created_at % 100 between 30 and 39",
        "insert into token_permission select id, 'projects:read' from token union all select id, 'billing:write' from token",
        "insert into token_permission select id, 'members:write' from token where created_at % 1000 = 0",
    ] {
        let sql = if rest.contains("from n") { format!("{numbers} {rest}") } else { rest.to_owned() };
        sqlx::query(AssertSqlSafe(sql)).execute(&mut raw).await.unwrap();
    }
    // A server checkpoints by itself, sooner or later.
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    app
}

/// Reads the same page and its count from both stores in turn. Returns CPU microseconds per page.
async fn paired(small: &TestApp, large: &TestApp, query: &TokenQuery) -> (f64, f64) {
    let now =
        Timestamp::from_millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64);
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
