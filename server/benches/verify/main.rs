//! The cost of a verification to the server. `make bench` prints it; nothing asserts it.
//!
//! - with everything on, against an axum that only answers;
//! - with a million tokens against a thousand, with many tokens of one owner against few, and the memory that a token
//!   takes;
//! - with ten thousand grants against one;
//! - against the exchange of a CI's token for a secret;
//! - the response time while tokens are written and the console is read;
//! - whether a secret is ever accepted after it was revoked;
//! - against better-auth's API keys doing equal work.
//!
//! The server is a process of its own (this program, started once more) on the first core; the load comes from the
//! second. Trust the server's CPU time per request: it holds even when something else shares the machine. The sides of
//! a comparison take turns in one run.
//!
//! To compare two versions on a machine whose speed varies, count instructions instead of time: `--instructions` as the
//! only argument does that, and README.md says how.
//!
//! For a quick look, set `BENCH_SECONDS` (of a turn), `BENCH_TURNS`, `BENCH_TOKENS` (the million) or `BENCH_REVOKES`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first surprise, and prints"
)]

mod better_auth;
mod child;
#[path = "../common/mod.rs"]
mod common;
mod disturbed;
mod exchange;
mod figures;
mod instructions;
mod load;
mod pin;
mod plan;
mod request;
mod revoked;
mod seed;
mod serve;
mod size;
mod speed;

use common::describe_machine;
use plan::Plan;
use std::path::Path;

/// The same allocator as the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The argument after which only instructions are counted.
const ONLY_INSTRUCTIONS: &str = "--instructions";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [command, database] if command == serve::TOKENRY => return serve::tokenry(database, None),
        [command, database, issuer] if command == serve::TOKENRY => {
            return serve::tokenry(database, Some(issuer));
        }
        [command] if command == serve::BARE => return serve::bare(),
        _ => {}
    }
    describe_machine();
    let pinned = pin::load();
    // Only now, so that every thread stays on the core of this one.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let only_counted = arguments.iter().any(|argument| argument == ONLY_INSTRUCTIONS);
    runtime.block_on(tokio::task::LocalSet::new().run_until(async {
        let home = tempfile::TempDir::new().unwrap();
        if !only_counted {
            measure(&Plan::from_env(), home.path(), pinned).await;
        }
        instructions::of_one_request(home.path()).await;
    }));
}

async fn measure(plan: &Plan, home: &Path, pinned: bool) {
    println!("{plan}");
    let verify = speed::against_bare(plan, home, pinned).await;
    better_auth::against(plan, verify, pinned).await;
    size::of_one_owner(plan, home, pinned).await;
    size::of_grants(plan, home, pinned).await;
    exchange::against_verify(plan, home, pinned).await;
    let large = size::of_everything(plan, home, pinned).await;
    disturbed::by_writes_and_pages(plan, &large).await;
    revoked::at_once(plan, &large).await;
}
