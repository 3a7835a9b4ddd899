//! Three machines as network namespaces. Each has a link to the others and to the store of the cluster, which can be
//! cut, and a link to the nodes of Tokenry, which stays.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

pub const MACHINES: usize = 3;

pub struct Network {
    /// Begins the names of all namespaces.
    prefix: String,
    pub directory: PathBuf,
    /// Ends and removes everything when this process ends, however it does: it waits for the end of its input.
    guard: Child,
}

/// Addresses that are reserved for testing networks (RFC 2544, appendix C.2.2).
pub fn address(machine: usize) -> String {
    format!("198.18.{machine}.2")
}

/// The address at which the others know it.
pub fn inner_address(machine: usize) -> String {
    format!("198.19.0.{}", machine + 10)
}

pub const HUB: &str = "198.19.0.1";

impl Network {
    pub fn lay() -> Self {
        assert!(
            rustix::process::geteuid().is_root(),
            "the part cluster makes network namespaces: run it as root"
        );
        let made = tempfile::Builder::new().prefix("tokenry-cluster-").tempdir().unwrap();
        // Its guard removes it.
        let directory = made.keep();
        std::fs::set_permissions(&directory, Permissions::from_mode(0o755)).unwrap();
        let prefix = format!("tk{}", std::process::id());
        let guard = Command::new("sh")
            .args([
                "-c",
                "trap '' INT TERM HUP; cat > /dev/null; \
                 for one in 0 1 2 3; do for pid in $(ip netns pids $0-$one); do kill -9 $pid; done; \
                 ip netns del $0-$one; done; rm -rf \"$1\"",
                &prefix,
            ])
            .arg(&directory)
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let network = Self { prefix, directory, guard };
        let hub = network.name(0);
        ip(&format!("netns add {hub}"));
        ip(&format!("-n {hub} link add name hub0 type bridge"));
        ip(&format!("-n {hub} addr add {HUB}/24 dev hub0"));
        ip(&format!("-n {hub} link set hub0 up"));
        ip(&format!("-n {hub} link set lo up"));
        for machine in 1..=MACHINES {
            let (name, outside) = (network.name(machine), format!("{}o{machine}", network.prefix));
            ip(&format!("netns add {name}"));
            ip(&format!("-n {name} link set lo up"));
            ip(&format!("link add link{machine} netns {hub} type veth peer name inner0 netns {name}"));
            ip(&format!("-n {hub} link set link{machine} master hub0 up"));
            ip(&format!("-n {name} addr add {}/24 dev inner0", inner_address(machine)));
            ip(&format!("-n {name} link set inner0 up"));
            ip(&format!("link add {outside} type veth peer name outer0 netns {name}"));
            ip(&format!("addr add 198.18.{machine}.1/30 dev {outside}"));
            ip(&format!("link set {outside} up"));
            ip(&format!("-n {name} addr add {}/30 dev outer0", address(machine)));
            ip(&format!("-n {name} link set outer0 up"));
        }
        network
    }

    fn name(&self, machine: usize) -> String {
        format!("{}-{machine}", self.prefix)
    }

    /// A program on one of the machines, or on the hub (0), as the user who may run PostgreSQL.
    pub fn on(&self, machine: usize, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args([
            "netns",
            "exec",
            &self.name(machine),
            "setpriv",
            "--reuid",
            "postgres",
            "--regid",
            "postgres",
        ]);
        command.args(["--clear-groups", program]).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.current_dir(&self.directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Cuts the machine off from the others, or joins it to them.
    pub fn link(&self, machine: usize, state: &str) {
        ip(&format!("-n {} link set link{machine} {state}", self.name(0)));
    }

    /// Keeps everything that the machine says from whoever asks it, as if it had lost its power: not even the end of a
    /// connection gets out.
    pub fn silence(&self, machine: usize) {
        self.link(machine, "down");
        ip(&format!("-n {} route add blackhole 198.18.{machine}.1/32", self.name(machine)));
    }

    pub fn end_silence(&self, machine: usize) {
        ip(&format!("-n {} route del blackhole 198.18.{machine}.1/32", self.name(machine)));
        self.link(machine, "up");
    }

    /// Sends a signal to all processes of a machine.
    pub fn signal(&self, machine: usize, signal: &str) {
        let pids = Command::new("ip").args(["netns", "pids", &self.name(machine)]).output().unwrap();
        let pids = String::from_utf8(pids.stdout).unwrap();
        // Some may have ended meanwhile.
        let _ = Command::new("kill").arg(signal).args(pids.split_whitespace()).stderr(Stdio::null()).status();
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

fn ip(arguments: &str) {
    let done = Command::new("ip").args(arguments.split(' ')).output().expect("ip of iproute2 is installed");
    assert!(done.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&done.stderr));
}
