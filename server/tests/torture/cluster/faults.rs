//! What happens to the cluster and to the nodes, one thing at a time. Each returns when it is over; then everything has
//! to work again by itself.

use super::{migrating, nodes::Nodes, servers::Servers};
use sqlx::Executor;
use std::{
    fs,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Longer than a leader may be away before another one takes its place.
const TAKEN_OVER: Duration = Duration::from_secs(28);
const A_WHILE: Duration = Duration::from_secs(6);
const CONNECTIONS: &str = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'tokenry'";

pub const FAULTS: [&str; 17] = [
    "none",
    "primary restarted",
    "primary killed (kill -9)",
    "primary hung for a while",
    "primary hung, then awake again",
    "out of connections",
    "read-only",
    "switchover",
    "failover: leader gone",
    "connections ended one by one",
    "slow writer (10 s)",
    "primary falls silent",
    "old primary cut off",
    "cut off, its Patroni dead",
    "node killed",
    "clock of a node stepped",
    "migrations killed",
];

pub async fn happen(fault: &str, servers: &mut Servers, nodes: &mut Nodes) {
    let leader = servers.leader().await;
    match fault {
        "none" => sleep(A_WHILE).await,
        "primary restarted" => servers.tell(leader, "POST", "/restart", "{}"),
        "primary killed (kill -9)" => servers.signal_postgres(leader, "-9"),
        "primary hung for a while" => {
            servers.network.signal(leader, "-STOP");
            sleep(A_WHILE).await;
            servers.network.signal(leader, "-CONT");
        }
        "primary hung, then awake again" => {
            servers.network.signal(leader, "-STOP");
            sleep(TAKEN_OVER).await;
            nodes.work_again().await;
            // An old Patroni that wakes up takes the lead back, and what the new leader has acknowledged is lost
            // (patroni#2689). With a watchdog, which it wants for this, it would not wake up.
            servers.kill_patroni(leader);
            servers.signal_postgres(leader, "-CONT");
            sleep(A_WHILE).await;
            servers.kill(leader);
            servers.start_again(leader);
        }
        "out of connections" => {
            servers.run("alter role tokenry connection limit 0").await;
            servers.run(CONNECTIONS).await;
            sleep(A_WHILE).await;
            servers.run("alter role tokenry connection limit -1").await;
        }
        "read-only" => {
            servers.run("alter system set default_transaction_read_only = on; select pg_reload_conf()").await;
            sleep(A_WHILE).await;
            servers
                .run(
                    "set default_transaction_read_only = off; alter system reset default_transaction_read_only;
                     select pg_reload_conf()",
                )
                .await;
        }
        "switchover" => servers.switch_over().await,
        "failover: leader gone" | "asynchronous failover" => {
            servers.kill(leader);
            sleep(TAKEN_OVER).await;
            servers.start_again(leader);
        }
        "connections ended one by one" => {
            let began = Instant::now();
            let mut raw = servers.raw(leader, "postgres").await;
            while began.elapsed() < A_WHILE {
                let one = format!("{CONNECTIONS} order by random() limit 1");
                raw.execute(sqlx::AssertSqlSafe(one)).await.unwrap();
                sleep(Duration::from_millis(30)).await;
            }
        }
        "slow writer (10 s)" => {
            let mut raw = servers.raw(leader, "tokenry").await;
            raw.execute("begin").await.unwrap();
            raw.execute("select revision from head for update").await.unwrap();
            sleep(Duration::from_secs(10)).await;
            raw.execute("commit").await.unwrap();
        }
        "primary falls silent" => {
            servers.network.silence(leader);
            sleep(TAKEN_OVER).await;
            // No connection to it ends: the nodes have to give them up.
            nodes.work_again().await;
            servers.network.end_silence(leader);
        }
        "old primary cut off" => {
            servers.network.link(leader, "down");
            sleep(TAKEN_OVER).await;
            servers.network.link(leader, "up");
        }
        "cut off, its Patroni dead" => {
            servers.kill_patroni(leader);
            servers.network.link(leader, "down");
            sleep(TAKEN_OVER).await;
            // It still believes that it leads, and nobody has told it otherwise: the nodes have to find the other one.
            nodes.work_again().await;
            servers.network.link(leader, "up");
            servers.kill(leader);
            servers.start_again(leader);
        }
        "node killed" => {
            for node in 0..2 {
                nodes.kill(node);
                sleep(Duration::from_secs(2)).await;
                nodes.start_again(node, "");
                nodes.work_again().await;
            }
        }
        "clock of a node stepped" => {
            let library = clock_library();
            let step = servers.network.directory.join("clock");
            fs::write(&step, "+0\n").unwrap();
            nodes.kill(0);
            nodes.start_again(
                0,
                &format!(
                    "export LD_PRELOAD={library} FAKETIME_TIMESTAMP_FILE={} FAKETIME_CACHE_DURATION=1 \
                     FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1;",
                    step.display()
                ),
            );
            for offset in ["+3600\n", "+0\n", "-3600\n", "+7200\n"] {
                fs::write(&step, offset).unwrap();
                sleep(Duration::from_secs(5)).await;
            }
            nodes.kill(0);
            nodes.start_again(0, "");
        }
        "migrations killed" => migrating::run(servers).await,
        other => panic!("nothing is called {other}"),
    }
}

/// Where Debian has what sets the clock of one process.
fn clock_library() -> String {
    let folders = fs::read_dir("/usr/lib").unwrap().flatten();
    let mut files = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let found = files.find(|file| file.exists()).expect("libfaketime is missing: apt-get install faketime");
    found.display().to_string()
}
