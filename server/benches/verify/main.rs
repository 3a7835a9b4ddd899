//! What a verification costs the server: `make bench` prints it, nothing asserts it.
//!
//! - with everything on, against an axum that answers and does nothing;
//! - with a million tokens against a thousand, with many tokens on one owner against few, and what a token takes of
//!   memory;
//! - how long it takes while tokens are written and the console is read;
//! - whether a secret is ever accepted after it was revoked;
//! - against better-auth's API keys doing equal work.
//!
//! The server is a process of its own (this program, started once more) on the first core, the load comes from the
//! second. The figure to trust is the CPU time of the server for each request: it stands when something else
//! shares the machine. What is compared takes turns in one run.
//!
//! Between two versions, on a machine whose speed comes and goes, instructions tell more than time: the server alone
//! (`--serve DATABASE`) under `valgrind --tool=callgrind`, both asked the same. Uses are written down by the clock, not by
//! the question: what is compared is the part of the runtime's worker, which answers.
//!
//! For a quick look: `BENCH_SECONDS` (of a turn), `BENCH_TURNS`, `BENCH_TOKENS` (the million), `BENCH_REVOKES`.

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
mod figures;
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

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [command, database] if command == serve::TOKENRY => return serve::tokenry(database.into()),
        [command] if command == serve::BARE => return serve::bare(),
        _ => {}
    }
    describe_machine();
    let pinned = pin::load();
    // After that, so that every thread stays where this one is.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(tokio::task::LocalSet::new().run_until(measure(Plan::from_env(), pinned)));
}

async fn measure(plan: Plan, pinned: bool) {
    println!("{plan}");
    let home = tempfile::TempDir::new().unwrap();
    let verify = speed::against_bare(&plan, home.path(), pinned).await;
    better_auth::against(&plan, verify, pinned).await;
    size::of_one_owner(&plan, home.path(), pinned).await;
    let large = size::of_everything(&plan, home.path(), pinned).await;
    disturbed::by_writes_and_pages(&plan, &large).await;
    revoked::at_once(&plan, &large).await;
}
