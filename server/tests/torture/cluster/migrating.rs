//! Nodes that start at once on an empty database, of which one is killed: the other one makes the tables, and the first
//! one uses them when it is started again.

use super::servers::{Servers, url};
use crate::machine::Machine;
use std::{thread, time::Duration};

const ROUNDS: u64 = 12;

pub async fn run(servers: &Servers) {
    for round in 0..ROUNDS {
        servers.run(&format!("create database empty_{round} owner tokenry")).await;
        let empty = Machine::empty(&url(&format!("empty_{round}")));
        tokio::task::spawn_blocking(move || {
            thread::scope(|scope| {
                let other = scope.spawn(|| empty.serve(""));
                let killed = empty.launch("127.0.0.1:0", "");
                thread::sleep(Duration::from_millis(round * 15));
                killed.kill();
                drop(other.join().unwrap());
                drop(empty.serve(""));
            });
        })
        .await
        .unwrap();
    }
}
