//! The binary `tokenry`: reads the command line and hands over.

use mimalloc::MiMalloc;
use server::{Cli, LogFormat, log_filter, run};
use std::{
    env,
    io::{self, IsTerminal},
    process::ExitCode,
};
use tracing_subscriber::fmt;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::from_outside();
    // Colours are for a terminal whose user has not declined them (no-color.org).
    let colours = io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
    let log =
        fmt().with_env_filter(log_filter()).with_writer(io::stderr).with_target(false).with_ansi(colours);
    // Otherwise a line that cannot be written would be reported on the same standard error, which would end the
    // process.
    let log = log.log_internal_errors(false);
    match cli.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            tracing::error!("{problem}");
            ExitCode::FAILURE
        }
    }
}
