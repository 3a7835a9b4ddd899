//! The amount of measuring. The environment can reduce it for a quick look.

use std::{env, fmt, time::Duration};

/// Connections that send requests at the same time.
pub const CONNECTIONS: usize = 32;

pub struct Plan {
    /// The length of a turn of each side of a comparison.
    pub turn: Duration,
    pub turns: u32,
    /// Tokens in the large database.
    pub tokens: usize,
    pub revokes: usize,
}

impl Plan {
    pub fn from_env() -> Self {
        Self {
            turn: Duration::from_secs_f64(number("BENCH_SECONDS").unwrap_or(3.0)),
            turns: number("BENCH_TURNS").unwrap_or(4),
            tokens: number("BENCH_TOKENS").unwrap_or(1_000_000),
            revokes: number("BENCH_REVOKES").unwrap_or(10_000),
        }
    }
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    env::var(name).ok()?.parse().ok()
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (turns, seconds) = (self.turns, self.turn.as_secs_f64());
        write!(f, "{CONNECTIONS} connections, {turns} turns of {seconds} s for each side of a comparison")
    }
}
