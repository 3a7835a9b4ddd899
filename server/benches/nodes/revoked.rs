//! The time from the acknowledgement of a revocation on one node to the refusal on another.

use crate::{
    child::Server,
    engines::{Both, Engines},
    figures::{Figures, title},
    plan::Plan,
    request::Line,
};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Most secrets that are revoked: each takes about a quarter of a second.
const MOST: usize = 500;
/// Nodes compare their memory with the data at this interval. Revocations come at all moments in between.
const COMPARED_EVERY_MS: u64 = 200;
/// What the manual promises (`MAX_STALE`, and a moment to answer).
const PROMISED: Duration = Duration::from_secs(1);

pub async fn on_another_node(plan: &Plan, engines: &Engines, pinned: bool) {
    let count = plan.revokes.min(MOST);
    title(&format!("from {count} revocations on one node to the refusal on another (floor 1 s)"));
    let Both { sqlite, postgres } = engines.seed("revoked", count).await;
    let [here, there] = [(); 2].map(|()| Server::tokenry(&postgres, pinned));
    let mut revoke = Line::open(here.address, &sqlite.revoke()).await;
    let mut verify = Line::open(there.address, &sqlite.verify()).await;
    let (mut figures, mut late) = (Figures::default(), 0);
    for n in 0..count {
        assert!(verify.ask(n).await, "not valid before: {}", verify.last());
        // The golden ratio spreads the moments evenly.
        let part = (n as f64 * 0.618_033_988_75).fract();
        sleep(Duration::from_millis(COMPARED_EVERY_MS).mul_f64(part)).await;
        assert!(revoke.ask(n).await, "not revoked: {}", revoke.last());
        let revoked = Instant::now();
        let mut asked = Duration::ZERO;
        while verify.ask(n).await {
            late += u32::from(asked > PROMISED);
            asked = revoked.elapsed();
        }
        figures.times.push(u32::try_from(revoked.elapsed().as_nanos()).unwrap_or(u32::MAX));
    }
    let [p50, p99, worst] = [0.50, 0.99, 1.0].map(|share| figures.quantile(share) / 1_000.0);
    println!(
        "  p50 {p50:.0} ms   p99 {p99:.0} ms   worst {worst:.0} ms   accepted later than a second: {late}"
    );
}
