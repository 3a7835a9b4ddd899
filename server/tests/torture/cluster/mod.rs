//! Two nodes of Tokenry on three servers of PostgreSQL with Patroni, of which one is the primary and one acknowledges
//! every write with it. Under one fault after another, tokens are revoked and asked about on both nodes.
//!
//! No question that is asked a second after a revocation was acknowledged may be answered as if it had not happened, no
//! acknowledged change may be lost, and no node may need a restart. `TORTURE_FAULT` takes the faults whose names
//! contain it.

mod faults;
mod migrating;
mod network;
mod nodes;
mod servers;
mod traffic;

use nodes::Nodes;
use servers::Servers;
use std::{
    env,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio::time::sleep;
use traffic::Traffic;

/// The time before a fault and after its end.
const CALM: Duration = Duration::from_secs(3);
const ASYNCHRONOUS: &str = "asynchronous failover";

pub async fn run() {
    let began = Instant::now();
    let mut servers = Servers::start().await;
    servers.run("create role tokenry login; create database tokenry owner tokenry").await;
    let mut nodes = Nodes::start("tokenry");
    println!(
        "cluster: three servers and two nodes after {} s
  {:<32} {:>7} {:>7} {:>6} {:>5} {:>8} {:>9} {:>8}",
        began.elapsed().as_secs(),
        "fault",
        "revoked",
        "answers",
        "wrong",
        "lost",
        "503 in s",
        "longest s",
        "works s"
    );
    let only = env::var("TORTURE_FAULT").unwrap_or_default();
    let mut failures = 0;
    for fault in faults::FAULTS.into_iter().chain([ASYNCHRONOUS]).filter(|fault| fault.contains(&only)) {
        servers.be_whole().await;
        if fault == ASYNCHRONOUS {
            let leader = servers.leader().await;
            servers.tell(leader, "PATCH", "/config", "{\"synchronous_mode\": false}");
            sleep(CALM).await;
            servers.be_whole().await;
        }
        failures += row(fault, &mut servers, &mut nodes).await;
    }
    servers.be_whole().await;
    assert_eq!(failures, 0, "something was lost, or wrong");
    servers.assert_uses_are_written().await;
    let lines = nodes.assert_audit_is_whole();
    println!("  audit log whole, {lines} lines; {} s", began.elapsed().as_secs());
}

/// Prints a row of the table, and returns how many facts do not hold.
async fn row(fault: &str, servers: &mut Servers, nodes: &mut Nodes) -> u64 {
    let traffic = Traffic::start(nodes);
    sleep(CALM).await;
    faults::happen(fault, servers, nodes).await;
    let recovered = nodes.work_again().await;
    sleep(CALM).await;
    let ledger = traffic.stop().await;
    let lost = ledger.lost(nodes, 0).await.max(ledger.lost(nodes, 1).await);
    let wrong = ledger.wrong.load(Ordering::Relaxed);
    println!(
        "  {fault:<32} {:>7} {:>7} {wrong:>6} {lost:>5} {:>8} {:>9.1} {:>8.1}",
        ledger.revoked.load(Ordering::Relaxed),
        ledger.answers.load(Ordering::Relaxed),
        ledger.refused_seconds(),
        ledger.longest_gap().as_secs_f64(),
        recovered.as_secs_f64(),
    );
    // What had not reached the other servers is lost by a failover; that is only counted.
    if fault == ASYNCHRONOUS { 0 } else { wrong + lost }
}
