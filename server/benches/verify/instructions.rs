//! Instructions for one request, counted by callgrind: exact, and the same whatever else the machine does. The kernel's
//! are not counted.

use crate::{
    child::Server,
    figures::title,
    request::{Line, VerifyRequest},
    seed::seed,
    serve::{BARE, NOTHING, TOKENRY},
};
use std::{
    env::current_exe,
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// Requests before anything is counted.
const WARM: usize = 300;
const COUNTED: usize = 3_000;

pub async fn of_one_request(home: &Path) {
    title("instructions of one request on the thread that answers, without the kernel's");
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("  not counted: there is no valgrind here");
        return;
    }
    // One secret: what is written down by the clock stays small.
    let seeded = seed(&home.join("instructions.db"), 1, 1).await;
    let within: &[&str] = &[TOKENRY, &seeded.url];
    for (name, server, request) in [
        ("axum alone, without limits of time", &[BARE][..], seeded.nothing("/")),
        ("bare handler in the same process", within, seeded.nothing(NOTHING)),
        ("verify", within, seeded.verify()),
    ] {
        let all = counted(home, server, &request).await;
        println!("  {name:<34} {:>8}", all / COUNTED as u64);
    }
}

/// Returns the instructions of the server's busiest thread, the one that answers, for as many requests as are counted.
async fn counted(home: &Path, server: &[&str], request: &VerifyRequest) -> u64 {
    let files = tempfile::TempDir::new_in(home).unwrap();
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--separate-threads=yes", "--instr-atstart=no"]);
    command.arg(format!("--callgrind-out-file={}", files.path().join("counts").display()));
    command.arg(current_exe().unwrap()).args(server).stderr(Stdio::null());
    let server = Server::start(command);
    let mut line = Line::open(server.address, request).await;
    for n in 0..WARM + COUNTED {
        if n == WARM {
            let mut control = Command::new("callgrind_control");
            control.arg("--instr=on").arg(server.process.id()).stdout(Stdio::null()).stderr(Stdio::null());
            assert!(control.status().unwrap().success());
        }
        assert!(line.ask(n).await, "{}", line.last());
    }
    server.process.end();
    let files = fs::read_dir(files.path()).unwrap().map(|file| fs::read_to_string(file.unwrap().path()));
    let of_thread = |text: std::io::Result<String>| {
        let text = text.unwrap();
        let count = text.lines().find_map(|line| line.strip_prefix("totals: "));
        count.map_or(0, |count| count.trim().parse::<u64>().unwrap())
    };
    files.map(of_thread).max().unwrap()
}
