//! Two nodes of Tokenry on one database. They are killed and started again at the same address.

use super::servers::url;
use crate::{
    line::Line,
    machine::{Machine, Server},
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// The longest time until everything works after a fault is over.
const WORKS_AGAIN: Duration = Duration::from_secs(90);

pub struct Nodes {
    machine: Machine,
    servers: [Option<Server>; 2],
    addresses: [SocketAddr; 2],
    secrets: Vec<String>,
}

impl Nodes {
    pub fn start(database: &str) -> Self {
        let machine = Machine::on(&url(database));
        let mut secrets = vec![machine.secret.clone()];
        // A token may not change as much as these writers do.
        secrets.extend((1..4).map(|number| machine.another_secret(&format!("Writer {number}"))));
        let servers = [machine.serve(""), machine.serve("")];
        let addresses = [servers[0].address, servers[1].address];
        Self { machine, servers: servers.map(Some), addresses, secrets }
    }

    pub const fn address(&self, node: usize) -> SocketAddr {
        self.addresses[node]
    }

    pub fn secret(&self, number: usize) -> &str {
        &self.secrets[number]
    }

    pub fn kill(&mut self, node: usize) {
        self.servers[node].take().unwrap().kill();
    }

    pub fn start_again(&mut self, node: usize, before: &str) {
        let address = self.addresses[node].to_string();
        self.servers[node] =
            Some(self.machine.serve_at(&address, before).expect("the node does not get ready"));
    }

    /// Waits until each node answers questions and makes changes, and returns how long that took.
    pub async fn work_again(&mut self) -> Duration {
        let began = Instant::now();
        for node in 0..2 {
            self.servers[node].as_mut().unwrap().assert_runs();
            while !self.works(node).await {
                assert!(began.elapsed() < WORKS_AGAIN, "node {node} does not work again");
                sleep(Duration::from_millis(50)).await;
            }
        }
        began.elapsed()
    }

    async fn works(&self, node: usize) -> bool {
        let Ok(mut line) = Line::open(self.addresses[node], 1, &self.secrets[node]).await else {
            return false;
        };
        let verdict = line.verdict(&self.secrets[3]).await;
        let made = line.create(&format!("Works {node} {:?}", Instant::now())).await;
        verdict.is_ok_and(|answer| answer.body["verdict"] == "valid")
            && made.is_ok_and(|answer| [201, 429].contains(&answer.status))
    }

    pub fn assert_audit_is_whole(&self) -> String {
        self.machine.assert_audit_is_whole()
    }
}
