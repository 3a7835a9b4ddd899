//! The CPU time of a verification on several nodes of one PostgreSQL, against one on SQLite.

use crate::{
    child::Server,
    engines::{Both, Engines},
    figures::{Figures, title},
    load::{Side, closed, each_once},
    plan::Plan,
};
use futures_util::future::join_all;

const TOKENS: usize = 10_000;

pub async fn on_some_nodes(plan: &Plan, engines: &Engines, pinned: bool) {
    title("verifying on one, two and three nodes of one PostgreSQL, against SQLite (aim 1.05)");
    let Both { sqlite, postgres } = engines.seed("verify", TOKENS).await;
    for count in 1..=3 {
        let alone = [Server::tokenry(&sqlite.url, pinned)];
        let nodes: Vec<Server> = (0..count).map(|_| Server::tokenry(&postgres, pinned)).collect();
        let side = |server| Side::new(server, sqlite.verify());
        let (one, many) = (alone.iter().map(side).collect(), nodes.iter().map(side).collect());
        let [mut one, mut many] = turns(plan, [one, many]).await;
        one.print("SQLite");
        many.print(&format!("each node of {count} on PostgreSQL"));
        println!("  ratio by CPU {:.2}", many.cpu_per_request() / one.cpu_per_request());
    }
}

/// Has both sides answer in turn; all servers of a side answer at once. The CPU time includes the other side's turns,
/// because what is written down a little later is a server's own work.
async fn turns(plan: &Plan, sides: [Vec<Side<'_>>; 2]) -> [Figures; 2] {
    for side in sides.iter().flatten() {
        each_once(side).await;
    }
    let cpu_us = |side: &Vec<Side<'_>>| side.iter().map(|side| side.server.process.cpu_us()).sum::<f64>();
    let before = sides.each_ref().map(cpu_us);
    let mut figures = <[Figures; 2]>::default();
    for _ in 0..plan.turns {
        for (side, figures) in sides.iter().zip(&mut figures) {
            for of_one in join_all(side.iter().map(|side| closed(side, plan.turn))).await {
                *figures += of_one;
            }
        }
    }
    for ((side, before), figures) in sides.iter().zip(before).zip(&mut figures) {
        figures.cpu_us = cpu_us(side) - before;
    }
    figures
}
