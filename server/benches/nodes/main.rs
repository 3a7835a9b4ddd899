//! Tokenry on PostgreSQL, with several nodes, against the same data in SQLite. `make bench` prints it; nothing asserts
//! it.
//!
//! - the CPU time of a verification on one, two and three nodes;
//! - changes in a second, with durable settings;
//! - the time from a revocation on one node to the refusal on another;
//! - pages of the table and searches, with a million tokens.
//!
//! PostgreSQL is started for this, in a temporary directory, and has the settings that it is shipped with. The data is
//! made in SQLite and copied, as `tokenry migrate-to` copies it.
//!
//! The environment can reduce the amount: `BENCH_SECONDS` (of a turn), `BENCH_TURNS`, `BENCH_TOKENS` (the million) and
//! `BENCH_REVOKES`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark stops at the first surprise, and prints; some helpers are for the other benchmark"
)]

mod changes;
#[path = "../verify/child.rs"]
mod child;
#[path = "../common/mod.rs"]
mod common;
mod engines;
#[path = "../verify/figures.rs"]
mod figures;
#[path = "../verify/load.rs"]
mod load;
mod pages;
#[path = "../verify/pin.rs"]
mod pin;
#[path = "../verify/plan.rs"]
mod plan;
#[path = "../verify/request.rs"]
mod request;
mod revoked;
#[path = "../verify/seed.rs"]
mod seed;
#[path = "../verify/serve.rs"]
mod serve;
#[path = "../../tests/postgres/server_process.rs"]
mod server_process;
mod verify;

use common::describe_machine;
use engines::Engines;
use plan::Plan;

/// The same allocator as the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, database] = &arguments[..]
        && command == serve::TOKENRY
    {
        return serve::tokenry(database, None);
    }
    describe_machine();
    // PostgreSQL runs on any core: it is started before this process is moved to one.
    let engines = Engines::start();
    let pinned = pin::load();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(tokio::task::LocalSet::new().run_until(measure(&Plan::from_env(), &engines, pinned)));
}

async fn measure(plan: &Plan, engines: &Engines, pinned: bool) {
    println!("{plan}");
    verify::on_some_nodes(plan, engines, pinned).await;
    revoked::on_another_node(plan, engines, pinned).await;
    changes::in_a_second(plan, engines, pinned).await;
    pages::of_the_table(plan, engines).await;
}
