//! A verification with everything on, against a handler that only answers. That handler runs once inside Tokenry, and
//! once in an axum that does nothing else.

use crate::{
    child::Server,
    figures::{Figures, title},
    load::{Side, compare},
    plan::Plan,
    seed::seed,
    serve::NOTHING,
};
use std::path::Path;

/// Returns the figures of the verifications, for other comparisons.
pub async fn against_bare(plan: &Plan, home: &Path, pinned: bool) -> Figures {
    title(
        "verifying one of 10,000 tokens, everything on, against a bare axum handler (floor 60 %, aim 80 %)",
    );
    let seeded = seed(&home.join("speed.db"), 10_000, 10).await;
    let servers = [(); 2].map(|()| Server::tokenry(&seeded.url, pinned));
    let alone = Server::bare(pinned);
    let verify = Side::new(&servers[0], seeded.verify());
    let within = Side::new(&servers[1], seeded.nothing(NOTHING));
    let without = Side::new(&alone, seeded.nothing("/"));
    let [mut within, mut without, mut verify] = compare(plan, [&within, &without, &verify]).await;
    within.print("bare handler in the same process");
    without.print("axum alone, without limits of time");
    verify.print("verify");
    let share = |bare: &Figures| bare.cpu_per_request() / verify.cpu_per_request() * 100.0;
    println!(
        "  {:.0} % of the bare handler by CPU, {:.0} % of axum alone; {:.0} MiB resident",
        share(&within),
        share(&without),
        servers[0].process.resident() / 1_048_576.0
    );
    verify
}
