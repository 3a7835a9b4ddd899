//! Changes in a second: tokens that are created and secrets that are revoked by the HTTP API, each with its line of the
//! audit log, and each on the disk before it is acknowledged.

use crate::{
    child::Server,
    engines::{Both, Engines},
    figures::{Figures, title},
    load::{Side, closed},
    plan::{CONNECTIONS, Plan},
    request::{SECRET, VerifyRequest},
    seed::by_the_caller,
};
use futures_util::future::join_all;

/// More than can be revoked in the time.
const TOKENS: usize = 50_000;

pub async fn in_a_second(plan: &Plan, engines: &Engines, pinned: bool) {
    title(&format!("changes in a second, {CONNECTIONS} connections to each node"));
    let Both { sqlite, postgres } = engines.seed("changes", TOKENS).await;
    for (name, url, count) in [
        ("SQLite", &sqlite.url, 1),
        ("one node on PostgreSQL", &postgres, 1),
        ("two nodes on PostgreSQL", &postgres, 2),
    ] {
        let servers: Vec<Server> = (0..count).map(|_| Server::tokenry(url, pinned)).collect();
        // Every round and every node has names and secrets of its own.
        let part = |n: usize| (n..TOKENS).step_by(4);
        let first = if url == &sqlite.url { 0 } else { count - 1 };
        for (kind, request) in [("created", create()), ("revoked", sqlite.revoke())] {
            let sides = servers.iter().enumerate();
            let sides: Vec<Side<'_>> =
                sides.map(|(n, server)| Side::new(server, request.about(part(first + n)))).collect();
            let turns = join_all(sides.iter().map(|side| closed(side, plan.turn))).await;
            let rate: f64 = turns.iter().map(Figures::rate).sum();
            let mut all = turns.into_iter().fold(Figures::default(), |mut all, turn| {
                all += turn;
                all
            });
            let [p50, p99] = [0.50, 0.99].map(|share| all.quantile(share) / 1_000.0);
            println!("  {name:<34} {rate:>6.0} {kind} a second   p50 {p50:.1} ms   p99 {p99:.1} ms");
            assert_eq!(all.wrong, 0, "every change is made");
        }
    }
}

/// Creates tokens, each with a name of its own.
fn create() -> VerifyRequest {
    let body = format!(r#"{{"name":"{SECRET}","permissions":["projects:read"]}}"#);
    let names: Vec<String> = (0..TOKENS).map(|number| format!("new {number:08}")).collect();
    VerifyRequest::new(&by_the_caller("/v1/tokens"), &body, names.iter().map(String::as_str), "")
}
