//! One core for the server and another for the load, so that neither takes time from the other.

use std::{ffi::OsStr, process::Command, thread::available_parallelism};

const SERVER: &str = "0";
const LOAD: &str = "1";

/// Moves this process to the core of the load, and prints why if it cannot.
pub fn load() -> bool {
    let cores = available_parallelism().map_or(1, usize::from);
    if cores < 2 {
        println!("not pinned: there is one core only, so that server and load take turns on it");
        return false;
    }
    let own = std::process::id().to_string();
    let moved = Command::new("taskset").args(["-p", "-c", LOAD, &own]).output();
    match moved {
        Ok(output) if output.status.success() => {
            println!("the server is on core {SERVER}, the load on core {LOAD}");
            true
        }
        _ => {
            println!("not pinned: there is no taskset here, or it may not");
            false
        }
    }
}

/// A command that runs on the core of the server.
pub fn server(program: impl AsRef<OsStr>, pinned: bool) -> Command {
    if !pinned {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER]).arg(program);
    command
}
