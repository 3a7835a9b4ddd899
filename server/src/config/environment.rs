//! Environment variables, in one place for every flag that has one. An empty variable counts as unset:
//! `TOKENRY_TLS_CERT=`, as `${VAR:-}` in a compose file leaves it, has no effect. Where `TOKENRY_DATABASE_URL` is unset
//! and `TOKENRY_DATABASE_URL_FILE` names a file, the value is the text of that file, as secrets are handed to
//! containers.

use super::Cli;
use clap::{Arg, CommandFactory, FromArgMatches, error::ErrorKind};
use std::{ffi::OsStr, fs, path::Path};
use tracing_subscriber::EnvFilter;

/// The log filter unless `TOKENRY_LOG` sets another.
const LOG: &str = "info";

impl Cli {
    /// Reads the command line and the environment. If they cannot be understood, ends the process with a sentence.
    pub fn from_outside() -> Self {
        let matches = with_variables(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// The log filter that `TOKENRY_LOG` sets. An empty or invalid one is ignored.
pub fn log_filter() -> EnvFilter {
    let said = std::env::var("TOKENRY_LOG").ok().filter(|said| !is_empty(said.as_ref()));
    said.and_then(|said| EnvFilter::try_new(said).ok()).unwrap_or_else(|| EnvFilter::new(LOG))
}

/// The command and its subcommands, with the variables that say something. Help shows no values: one is a secret.
fn with_variables(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| with_variable(arg).hide_env_values(true)).mut_subcommands(with_variables)
}

fn with_variable(arg: Arg) -> Arg {
    let Some(name) = arg.get_env().map(OsStr::to_owned) else { return arg };
    let said = |name: &OsStr| std::env::var_os(name).filter(|value| !is_empty(value));
    if said(&name).is_some() {
        return arg;
    }
    let mut named = name;
    named.push("_FILE");
    match said(&named) {
        // Without its value, the variable would be read, and be empty.
        None if arg.get_env().is_some_and(|name| std::env::var_os(name).is_some()) => arg.env(None::<&str>),
        None => arg,
        Some(file) => {
            let text = fs::read_to_string(&file).unwrap_or_else(|cause| {
                let file = Path::new(&file).display();
                let wrong = format!("{}: {file} cannot be read: {cause}\n", named.display());
                clap::Error::raw(ErrorKind::Io, wrong).exit()
            });
            // A process reads its environment once.
            let text: &'static str = text.trim().to_owned().leak();
            arg.env(None::<&str>).default_value(text).hide_default_value(true)
        }
    }
}

fn is_empty(value: &OsStr) -> bool {
    value.as_encoded_bytes().iter().all(u8::is_ascii_whitespace)
}
