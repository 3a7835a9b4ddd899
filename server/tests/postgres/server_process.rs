//! A PostgreSQL server of our own for as long as the tests run: in a temporary directory, reached by a socket there.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub struct ServerProcess {
    pub directory: PathBuf,
    settings: &'static str,
    /// It ends when this process does, or before: its guard waits for the end of its input.
    guard: Child,
}

/// The user that the server runs as when the tests run as root, which it refuses.
const USER: &str = "postgres";
/// Quick rather than safe: nothing outlives the tests.
const SETTINGS: &str = "-c fsync=off -c full_page_writes=off -c max_connections=400 \
    -c synchronous_commit=on -c shared_buffers=64MB -c autovacuum=off -c log_min_messages=fatal";

impl ServerProcess {
    pub fn start() -> Self {
        Self::with(SETTINGS)
    }

    /// Starts it with these settings, besides those that it has of its own.
    pub fn with(settings: &'static str) -> Self {
        let made = tempfile::Builder::new().prefix("tokenry-postgres-").tempdir().unwrap();
        // Its guard removes it.
        let directory = made.keep();
        std::fs::set_permissions(&directory, std::fs::Permissions::from_mode(0o755)).unwrap();
        if rustix::process::geteuid().is_root() {
            let chown = Command::new("chown").arg(USER).arg(&directory).status().unwrap();
            assert!(chown.success());
        }
        let data = directory.join("data");
        // Neither the collation nor the time zone is ours to choose.
        let made = as_user(&program("initdb"))
            .args(["-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale-provider=icu"])
            .args(["--icu-locale=en-US", "--locale=C.UTF-8", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let guard = as_user(Path::new("sh"))
            .arg("-c")
            .arg(format!(
                "\"$0\" -D \"$1\" -k \"$2\" -c listen_addresses= {settings} & cat > /dev/null; \
                 for signal in QUIT CONT; do kill -$signal $(head -n 1 \"$1/postmaster.pid\"); done; wait; rm -rf \"$2\""
            ))
            .arg(program("postgres"))
            .args([&data, &directory])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        let ready = program("pg_isready");
        while !Command::new(&ready).arg("-q").arg("-h").arg(&directory).status().unwrap().success() {
            assert!(begun.elapsed() < Duration::from_secs(30), "PostgreSQL does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { directory, settings, guard }
    }

    /// Stops it in this way (`fast`, `immediate`, or `kill` for `kill -9`), and starts it again.
    pub fn restart(&self, how: &str) {
        if how != "kill" {
            return assert!(self.control(&["-m", how, "restart"]));
        }
        let listener = self.listener();
        assert!(Command::new("kill").args(["-9", &listener]).status().unwrap().success());
        // Those that answer notice, and end. Until then there cannot be another server.
        let begun = Instant::now();
        while !self.control(&["start"]) {
            assert!(begun.elapsed() < Duration::from_secs(30), "PostgreSQL does not start again");
        }
    }

    fn control(&self, command: &[&str]) -> bool {
        let (data, directory) = (self.directory.join("data"), self.directory.display());
        let settings = self.settings;
        let done = as_user(&program("pg_ctl"))
            .args(["-s", "-w", "-o", &format!("-k {directory} -c listen_addresses= {settings}"), "-D"])
            .arg(data)
            .args(command)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        done.unwrap().success()
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.directory.display())
    }

    /// Sends a signal to all of its processes: those that answer are in other sessions than the one that listens.
    pub fn signal(&self, signal: &str) {
        let listener = self.listener();
        let all = Command::new("ps").args(["-o", "pid=", "--ppid", &listener]).output().unwrap();
        let all = String::from_utf8(all.stdout).unwrap();
        let kill = Command::new("kill").arg(signal).arg(&listener).args(all.split_whitespace()).status();
        assert!(kill.unwrap().success());
    }

    /// The process that listens.
    fn listener(&self) -> String {
        let file = std::fs::read_to_string(self.directory.join("data/postmaster.pid")).unwrap();
        file.lines().next().unwrap().to_owned()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

fn as_user(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", USER, "--regid", USER, "--clear-groups"]).arg(program);
    command
}

/// Debian keeps the server's programs apart, by version.
pub fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let kept = versions.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        kept.chain(std::env::split_paths(&path)).map(|folder| folder.join(name)).find(|file| file.exists());
    found.unwrap_or_else(|| {
        panic!("{name} of PostgreSQL is not installed; on Debian: apt-get install postgresql")
    })
}
