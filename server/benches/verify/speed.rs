//! A verification with everything on, against an axum that answers and does nothing.

use crate::{
    child::Server,
    figures::{Figures, title},
    load::{Side, compare},
    plan::Plan,
    seed::seed,
};
use std::path::Path;

/// Returns what verifying took, for other comparisons.
pub async fn against_bare(plan: &Plan, home: &Path, pinned: bool) -> Figures {
    title("verifying one of 10,000 tokens, everything on, against bare axum (floor 60 %, aim 80 %)");
    let seeded = seed(&home.join("speed.db"), 10_000, 10).await;
    let (nothing, tokenry) = (Server::bare(pinned), Server::tokenry(&seeded.database, pinned));
    let bare = Side::new(&nothing, seeded.bare());
    let verify = Side::new(&tokenry, seeded.verify());
    let [mut bare, mut verify] = compare(plan, [&bare, &verify]).await;
    bare.print("bare axum");
    verify.print("verify");
    println!(
        "  {:.0} % of bare by CPU; {:.0} MiB resident",
        bare.cpu_per_request() / verify.cpu_per_request() * 100.0,
        tokenry.process.resident() / 1_048_576.0
    );
    verify
}
