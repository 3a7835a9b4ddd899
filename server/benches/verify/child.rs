//! A server in a process of its own. It is started, measured, and ended when its owner drops it.

use crate::{common::cpu_us_of, pin, serve};
use std::{
    env::current_exe,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};

pub struct Process(Child);

impl Process {
    pub fn id(&self) -> String {
        self.0.id().to_string()
    }

    pub fn cpu_us(&self) -> f64 {
        cpu_us_of(&self.id())
    }

    /// Tells the process to end, as it does by itself, and waits for that.
    pub fn end(mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }

    /// Bytes of resident memory.
    pub fn resident(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1_024.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// This program, started again as one of its servers.
pub struct Server {
    pub process: Process,
    pub address: SocketAddr,
}

impl Server {
    /// A node on the data with this URL.
    pub fn tokenry(database: &str, pinned: bool) -> Self {
        let mut command = pin::server(current_exe().unwrap(), pinned);
        command.arg(serve::TOKENRY).arg(database);
        Self::start(command)
    }

    /// [`Self::tokenry`], which trusts the runs of this issuer.
    pub fn exchanging(database: &str, issuer: &str, pinned: bool) -> Self {
        let mut command = pin::server(current_exe().unwrap(), pinned);
        command.args([serve::TOKENRY, database, issuer]);
        Self::start(command)
    }

    pub fn bare(pinned: bool) -> Self {
        let mut command = pin::server(current_exe().unwrap(), pinned);
        command.arg(serve::BARE);
        Self::start(command)
    }

    /// Starts the server and reads its address, the line that it prints when it is ready.
    pub fn start(mut command: Command) -> Self {
        // The server ends when its standard input does, even if this process dies.
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        Self { process: Process(child), address: ready.trim().parse().unwrap() }
    }
}
