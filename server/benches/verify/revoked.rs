//! Secrets revoked at half the load that the server can take, each verified at once on another connection. None may be
//! accepted.

use crate::{
    figures::title,
    load::{Side, closed, open},
    plan::Plan,
    request::Line,
    size::Large,
};
use std::{cell::Cell, rc::Rc, time::Duration};
use tokio::task::JoinSet;

/// Pairs of connections: one revokes, the other verifies.
const PAIRS: usize = 4;
/// The load continues in steps of this length until every secret is revoked.
const STEP: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Counts {
    revoked: Cell<usize>,
    /// Already invalid before the revoke, so that a refusal afterwards proves nothing.
    dead_before: Cell<usize>,
    not_revoked: Cell<usize>,
    accepted: Cell<usize>,
}

pub async fn at_once(plan: &Plan, Large { server, seeded }: &Large) {
    let count = plan.revokes.min(seeded.tokens / 2);
    title(&format!("{count} secrets revoked under load (goal: none accepted)"));
    let verify = seeded.verify();
    // The newest tokens are revoked; the others stay valid.
    let ending = seeded.tokens - count..seeded.tokens;
    let (verify_them, revoke_them) = (verify.about(ending.clone()), seeded.revoke().about(ending));
    let living = verify.about((0..seeded.tokens - count).step_by((seeded.tokens / 10_000).max(1)));
    let side = Side::new(server, living);
    let rate = closed(&side, plan.turn).await.rate() / 2.0;

    let (counts, next) = (Rc::new(Counts::default()), Rc::new(Cell::new(0)));
    let mut pairs = JoinSet::new();
    for _ in 0..PAIRS {
        let (counts, next) = (counts.clone(), next.clone());
        let mut one = Line::open(server.address, &revoke_them).await;
        let mut other = Line::open(server.address, &verify_them).await;
        pairs.spawn_local(async move {
            while next.get() < count {
                let n = next.replace(next.get() + 1);
                let add = |cell: &Cell<usize>, more: bool| cell.set(cell.get() + usize::from(more));
                add(&counts.dead_before, !other.ask(n).await);
                add(&counts.not_revoked, !one.ask(n).await);
                add(&counts.accepted, other.ask(n).await);
                add(&counts.revoked, true);
            }
        });
    }
    let mut load = open(&side, rate, STEP).await;
    while counts.revoked.get() < count {
        load += open(&side, rate, STEP).await;
    }
    while let Some(pair) = pairs.join_next().await {
        pair.unwrap();
    }
    load.print("meanwhile, the others");
    println!(
        "  {} revoked in {:.0} s, {} accepted afterwards; {} were not good before, {} were not revoked",
        counts.revoked.get(),
        load.elapsed.as_secs_f64(),
        counts.accepted.get(),
        counts.dead_before.get(),
        counts.not_revoked.get()
    );
}
