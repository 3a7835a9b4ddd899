//! Three servers of PostgreSQL, which Patroni makes a cluster, and the etcd in which it keeps who leads.

use super::network::{HUB, MACHINES, Network, address, inner_address};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// The longest time until the cluster is whole again.
const WHOLE: Duration = Duration::from_secs(120);
/// Whether the programs are installed, and where Debian has them.
const PROGRAMS: [(&str, &str); 2] = [("/usr/bin/patroni", "patroni"), ("/usr/bin/etcd", "etcd-server")];

pub struct Servers {
    patroni: Vec<Child>,
    etcd: Child,
    pub network: Network,
}

impl Servers {
    pub async fn start() -> Self {
        for (program, package) in PROGRAMS {
            assert!(Path::new(program).exists(), "{program} is missing: apt-get install {package}");
        }
        let network = Network::lay();
        let folder = network.directory.join("etcd");
        owned(&folder);
        let etcd = network
            .on(0, "etcd")
            .arg("--data-dir")
            .arg(&folder)
            .args(["--listen-client-urls", &format!("http://{HUB}:2379")])
            .args(["--advertise-client-urls", &format!("http://{HUB}:2379")])
            .args(["--listen-peer-urls", "http://127.0.0.1:2380", "--unsafe-no-fsync"])
            .spawn()
            .unwrap();
        for machine in 1..=MACHINES {
            owned(&network.directory.join(format!("m{machine}")));
            fs::write(network.directory.join(format!("m{machine}.yml")), settings(&network, machine))
                .unwrap();
        }
        let mut servers = Self { patroni: Vec::new(), etcd, network };
        for machine in 1..=MACHINES {
            let patroni = servers.patroni(machine);
            servers.patroni.push(patroni);
        }
        servers.be_whole().await;
        servers
    }

    fn patroni(&self, machine: usize) -> Child {
        let log = fs::File::create(self.network.directory.join(format!("m{machine}.log"))).unwrap();
        let settings = self.network.directory.join(format!("m{machine}.yml"));
        self.network.on(machine, "patroni").arg(settings).stderr(log).spawn().unwrap()
    }

    /// Ends everything on a machine, as losing its power would.
    pub fn kill(&mut self, machine: usize) {
        self.network.signal(machine, "-9");
        let _ = self.patroni[machine - 1].wait();
    }

    pub fn start_again(&mut self, machine: usize) {
        self.patroni[machine - 1] = self.patroni(machine);
    }

    /// Ends Patroni alone: PostgreSQL goes on as it is.
    pub fn kill_patroni(&mut self, machine: usize) {
        let _ = self.patroni[machine - 1].kill();
        let _ = self.patroni[machine - 1].wait();
    }

    /// Sends a signal to the processes of PostgreSQL alone.
    pub fn signal_postgres(&self, machine: usize, signal: &str) {
        let file = self.network.directory.join(format!("m{machine}/data/postmaster.pid"));
        let file = fs::read_to_string(file).unwrap();
        let listener = file.lines().next().unwrap();
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", listener]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let mut kill = Command::new("kill");
        // Some may have ended meanwhile.
        let _ =
            kill.args([signal, listener]).args(children.split_whitespace()).stderr(Stdio::null()).status();
    }

    /// The machine that leads, according to those who can be asked.
    pub async fn leader(&self) -> usize {
        let began = Instant::now();
        loop {
            let leader = (1..=MACHINES).find(|machine| ask(*machine, &["/primary"]).is_some());
            if let Some(leader) = leader {
                return leader;
            }
            assert!(began.elapsed() < WHOLE, "nobody leads");
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Waits until there are a leader and two servers that follow it, one of them before it acknowledges anything, if
    /// it is to.
    pub async fn be_whole(&self) {
        let began = Instant::now();
        loop {
            let state = (1..=MACHINES).find_map(|machine| ask(machine, &["/cluster"]));
            if state.as_ref().is_some_and(is_whole) {
                return;
            }
            assert!(began.elapsed() < WHOLE, "the cluster does not get whole: {state:?}");
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// Says something to Patroni on a machine: a method, a path and a body. It answers when it has happened, or perhaps
    /// not at all.
    pub fn tell(&self, machine: usize, method: &str, path: &str, body: &str) {
        let _ = ask(machine, &[path, "-X", method, "-d", body]);
    }

    /// Hands over to a server that follows.
    pub async fn switch_over(&self) {
        let (leader, began) = (self.leader().await, Instant::now());
        while self.leader().await == leader {
            assert!(began.elapsed() < WHOLE, "m{leader} does not hand over");
            self.tell(leader, "POST", "/switchover", &format!("{{\"leader\": \"m{leader}\"}}"));
        }
    }

    pub async fn raw(&self, machine: usize, database: &str) -> PgConnection {
        let url = format!("postgres://postgres@{}/{database}", address(machine));
        PgConnection::connect(&url).await.unwrap()
    }

    /// Whoever asks with a token uses it: that is still counted.
    pub async fn assert_uses_are_written(&self) {
        let mut raw = self.raw(self.leader().await, "tokenry").await;
        let sql = "select count(*) from token where name = 'Torture'
                    and last_used_at > (extract(epoch from now()) * 1000)::bigint - 60000";
        let used: i64 = sqlx::query_scalar(sql).fetch_one(&mut raw).await.unwrap();
        assert_eq!(used, 1, "uses are not written any more");
    }

    /// Runs statements on the leader.
    pub async fn run(&self, sql: &str) {
        let mut raw = self.raw(self.leader().await, "postgres").await;
        for one in sql.split(';') {
            raw.execute(AssertSqlSafe(one.to_owned())).await.unwrap();
        }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for machine in 0..=MACHINES {
            self.network.signal(machine, "-9");
        }
        for child in self.patroni.iter_mut().chain([&mut self.etcd]) {
            let _ = child.wait();
        }
    }
}

/// The URL of a database, with all servers in it.
pub fn url(database: &str) -> String {
    let all: Vec<String> = (1..=MACHINES).map(address).collect();
    format!("postgres://tokenry@{}/{database}", all.join(","))
}

fn owned(folder: &Path) {
    fs::create_dir(folder).unwrap();
    assert!(Command::new("chown").arg("postgres:").arg(folder).status().unwrap().success());
}

fn is_whole(state: &Value) -> bool {
    let members = state["members"].as_array().cloned().unwrap_or_default();
    let count = |role: &str| members.iter().filter(|one| one["role"] == role).count();
    let follow = members.iter().all(|one| {
        ["running", "streaming"].iter().any(|state| one["state"] == *state)
            && (one["role"] == "leader" || one["lag"] == 0)
    });
    let modes = [(1, 1), (0, 2)];
    follow && count("leader") == 1 && modes.contains(&(count("sync_standby"), count("replica")))
}

/// What Patroni answers, unless it is away or says no.
fn ask(machine: usize, arguments: &[&str]) -> Option<Value> {
    let (path, rest) = arguments.split_first()?;
    let output = Command::new("curl")
        .args(["-sf", "-m", "20", "--connect-timeout", "1", "--noproxy", "*"])
        .args(rest)
        .arg(format!("http://{}:8008{path}", address(machine)))
        .output()
        .unwrap();
    output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap_or_default())
}

fn settings(network: &Network, machine: usize) -> String {
    let (inner, folder) = (inner_address(machine), network.directory.join(format!("m{machine}")));
    let folder = folder.display();
    let programs = super::super::server_process::program("initdb");
    let programs = programs.parent().unwrap().display();
    // Times are the shortest that Patroni allows.
    format!(
        "scope: tokenry
name: m{machine}
restapi: {{listen: '0.0.0.0:8008', connect_address: '{inner}:8008'}}
etcd3: {{host: '{HUB}:2379'}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: {{max_connections: 60, shared_buffers: 32MB, wal_keep_size: 256MB}}
  initdb: [{{encoding: UTF8}}, {{locale: C.UTF-8}}, data-checksums]
postgresql:
  listen: '0.0.0.0:5432'
  connect_address: '{inner}:5432'
  data_dir: {folder}/data
  bin_dir: {programs}
  pgpass: {folder}/pgpass
  remove_data_directory_on_rewind_failure: true
  remove_data_directory_on_diverged_timelines: true
  authentication: {{superuser: {{username: postgres}}, replication: {{username: replicator}}}}
  parameters: {{unix_socket_directories: '{folder}'}}
  pg_hba: ['local all all trust', 'host all all all trust', 'host replication all all trust']
"
    )
}
