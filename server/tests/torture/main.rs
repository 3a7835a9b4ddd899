//! `make torture` shows what a test of a few seconds cannot, with the release binary and real files: the server is
//! killed while it writes, its disk fills up, a crowd leans on it, and it runs short of descriptors; a million changes
//! are made on PostgreSQL, and a cluster of three servers fails in every way. Seeds and counts are printed. Only facts
//! can fail the run, never a measured time.
//!
//! `TOKENRY_BINARY` names the binary. `TORTURE_SEED` repeats a run, `TORTURE_ROUNDS` sets how often the server is
//! killed, `TORTURE_CHANGES` how much is changed, and `TORTURE_ONLY=kills,disk` runs only those parts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "it stops at the first surprise"
)]

mod cluster;
mod crowd;
mod descriptors;
mod disk;
mod kills;
mod line;
mod machine;
mod order;
#[path = "../postgres/server_process.rs"]
#[allow(dead_code, reason = "tests of PostgreSQL need more of it")]
mod server_process;

use std::{env, time::Instant};

/// Random numbers that a seed reproduces (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.roll() % end
    }
}

/// A number from the environment.
pub fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn is_wanted(part: &str) -> bool {
    env::var("TORTURE_ONLY").map_or(true, |only| only.is_empty() || only.split(',').any(|one| one == part))
}

#[tokio::main]
async fn main() {
    let seed = number("TORTURE_SEED", u64::from(std::process::id()) << 16 | 1);
    println!("torture of {}, seed {seed}", machine::binary().display());
    let began = Instant::now();
    if is_wanted("kills") {
        kills::run(&mut Dice::new(seed), number("TORTURE_ROUNDS", 200)).await;
    }
    if is_wanted("disk") {
        disk::run(number("TORTURE_FILLS", 20)).await;
    }
    if is_wanted("crowd") {
        crowd::run(&mut Dice::new(seed)).await;
    }
    if is_wanted("descriptors") {
        descriptors::run().await;
    }
    if is_wanted("order") {
        order::run(&mut Dice::new(seed), number("TORTURE_CHANGES", 1_000_000)).await;
    }
    if is_wanted("cluster") {
        cluster::run().await;
    }
    println!("all facts hold, after {} s", began.elapsed().as_secs());
}
