//! A server in a process of its own: started, asked what it has spent, ended with whoever holds it.

use crate::{common::cpu_us_of, pin, serve};
use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

pub struct Process(Child);

impl Process {
    /// Starts it and waits for the line that says that it is ready.
    pub fn start(mut command: Command) -> (Self, String) {
        // When its standard input ends, so does it, whatever became of us.
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        (Self(child), ready)
    }

    pub fn cpu_us(&self) -> f64 {
        cpu_us_of(&self.0.id().to_string())
    }

    /// Bytes that are in memory.
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

/// Tokenry on some data, and a bare axum beside it.
pub struct Tokenry {
    pub process: Process,
    pub address: SocketAddr,
    pub bare: SocketAddr,
}

impl Tokenry {
    pub fn start(database: &Path, pinned: bool) -> Self {
        let mut command = pin::server(std::env::current_exe().unwrap(), pinned);
        command.arg(serve::COMMAND).arg(database);
        let (process, ready) = Process::start(command);
        let (address, bare) = ready.trim().split_once(' ').unwrap();
        Self { process, address: address.parse().unwrap(), bare: bare.parse().unwrap() }
    }
}
