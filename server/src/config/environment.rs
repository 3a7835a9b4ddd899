//! An empty environment variable counts as unset: `TOKENRY_TLS_CERT=`, as `${VAR:-}` in a compose file leaves it, has
//! no effect. This one place ensures that for every flag that has a variable.

use super::Cli;
use clap::{Arg, CommandFactory, FromArgMatches};
use std::ffi::OsStr;
use tracing_subscriber::EnvFilter;

/// The log filter unless `TOKENRY_LOG` sets another.
const LOG: &str = "info";

impl Cli {
    /// Reads the command line and the environment. If they cannot be understood, ends the process with a sentence.
    pub fn from_outside() -> Self {
        let matches = without_empty(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// The log filter that `TOKENRY_LOG` sets. An empty or invalid one is ignored.
pub fn log_filter() -> EnvFilter {
    let said = std::env::var("TOKENRY_LOG").ok().filter(|said| !is_empty(said.as_ref()));
    said.and_then(|said| EnvFilter::try_new(said).ok()).unwrap_or_else(|| EnvFilter::new(LOG))
}

/// The command and its subcommands, none of which reads an empty variable.
fn without_empty(command: clap::Command) -> clap::Command {
    command.mut_args(unless_empty).mut_subcommands(without_empty)
}

fn unless_empty(arg: Arg) -> Arg {
    let value = arg.get_env().and_then(std::env::var_os);
    if value.is_some_and(|value| is_empty(&value)) { arg.env(None::<&'static str>) } else { arg }
}

fn is_empty(value: &OsStr) -> bool {
    value.as_encoded_bytes().iter().all(u8::is_ascii_whitespace)
}
