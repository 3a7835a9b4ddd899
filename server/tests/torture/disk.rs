//! A disk that fills up and gets room again. While it is full, an answer is the truth or a 503. Once there is room,
//! everything works without a restart.

use crate::{
    line::Line,
    machine::{Machine, Server},
};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Once there is room, a write and `/readyz` succeed within this time.
const SOON: Duration = Duration::from_secs(10);
/// Writes tried while the disk is full. Together they are close to what one token may change at once.
const TRIES: u32 = 12;

/// Stands in for a disk.
enum Disk {
    /// A small file system of its own. Only root can mount it.
    Small(PathBuf),
    /// A limit on the size of the files that the server may write, for runs without root.
    Limit,
}

impl Disk {
    fn make(home: &Path) -> Self {
        fs::create_dir(home).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tokenry-torture"]).arg(home).stderr(Stdio::null());
        match mount.status() {
            Ok(done) if done.success() => Self::Small(home.to_owned()),
            _ => Self::Limit,
        }
    }

    fn fill(&self, machine: &Machine, server: &Server) {
        match self {
            Self::Small(home) => {
                let mut file = File::create(home.join("filling")).unwrap();
                for size in [64 * 1024, 1] {
                    while file.write_all(&vec![b'x'; size]).is_ok() {}
                }
            }
            // The journal must not grow by a single byte.
            Self::Limit => {
                let mut journal = machine.database().into_os_string();
                journal.push("-wal");
                let length = fs::metadata(journal).map_or(0, |data| data.len());
                limit(server, &length.to_string());
            }
        }
    }

    fn free(&self, server: &Server) {
        match self {
            Self::Small(home) => fs::remove_file(home.join("filling")).unwrap(),
            Self::Limit => limit(server, "unlimited"),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Small(home) = self {
            let _ = Command::new("umount").args(["-l"]).arg(home).status();
        }
    }
}

fn limit(server: &Server, soft: &str) {
    let done = Command::new("prlimit")
        .args(["--pid", &server.id().to_string(), &format!("--fsize={soft}:unlimited")])
        .status();
    assert!(done.unwrap().success());
}

pub async fn run(fills: u64) {
    let directory = tempfile::TempDir::new().unwrap();
    let home = directory.path().join("data");
    let disk = Disk::make(&home);
    let machine = Machine::at(home, directory);
    // Exceeding the limit raises a signal that would end the process; a full disk raises none.
    let mut server = machine.serve("trap '' XFSZ;");
    let mut line = Line::open(server.address, 1, &machine.secret).await.unwrap();
    let known = line.create("CachedSecret").await.unwrap().body["secret"].as_str().unwrap().to_owned();
    let (mut refused, mut unanswered, mut slowest) = (0, 0, Duration::ZERO);
    for fill in 0..fills {
        disk.fill(&machine, &server);
        for number in 0..TRIES {
            match line.create(&format!("f{fill} n{number}")).await.unwrap().status {
                201 => {}
                // The token has used up its changes for the moment.
                429 => sleep(Duration::from_secs(1)).await,
                503 => refused += 1,
                other => panic!("{other} for a write without room"),
            }
            let answer = line.verdict(&known).await.unwrap();
            match (answer.status, answer.body["verdict"].as_str()) {
                (200, Some("valid")) => {}
                (503, _) => unanswered += 1,
                wrong => panic!("{wrong:?} for a secret that is valid"),
            }
        }
        disk.free(&server);
        let freed = Instant::now();
        for number in 0.. {
            let write = line.create(&format!("f{fill} after {number}")).await.unwrap().status;
            let ready = line.ask("GET", "/readyz", None).await.unwrap().status;
            if (write, ready) == (201, 200) {
                break;
            }
            assert!(
                freed.elapsed() < SOON,
                "there is room, and a write is answered with {write}, /readyz with {ready}"
            );
            sleep(Duration::from_millis(50)).await;
        }
        slowest = slowest.max(freed.elapsed());
        server.assert_runs();
    }
    assert!(refused > 0, "the disk was never full");
    let lines = machine.assert_audit_is_whole();
    let how = if matches!(disk, Disk::Small(_)) { "a small file system" } else { "a limit on files" };
    println!(
        "disk: full and free again {fills} times ({how}), {refused} writes refused, {unanswered} questions without an answer, none wrong; writing again after {slowest:.0?} at most; audit log whole, {lines} lines"
    );
    drop(server);
}
