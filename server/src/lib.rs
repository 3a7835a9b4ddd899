//! The server around the application. `app/tests/circles.rs` holds which part may import which, and that no file imports
//! itself by way of others.
//!
//! - `commands`: the command line. `lifecycle`: opening the data, listening, stopping in good order. [`demo`]: the
//!   same server on made-up data, for a while.
//! - `http`: the router, every URL on one screen; the middleware around it, sessions, pages, the built front end.
//! - `console`: the endpoints that browsers post to and download from. `rest`: the HTTP API, for services and
//!   scripts.
//! - [`AppState`]: the state that every handler can reach. `metrics`: the counters.
//! - `net`: the accept loop and its limits, TLS, names and addresses.
//! - [`oidc`]: identity providers, and whether what they say is true.
//! - `config`: flags, environment and files.
//! - [`outbox`]: what leaves by itself. [`store`]: the databases.

mod cli;
mod commands;
mod config;
mod console;
pub mod demo;
mod error;
mod http;
mod lifecycle;
mod metrics;
mod net;
pub mod oidc;
pub mod outbox;
mod rest;
mod state;
pub mod store;

pub use self::http::router::{build, build_with};
pub use cli::run;
pub use config::{Cli, Command, Config, LogFormat, ServeArgs, log_filter};
pub use metrics::Metrics;
pub use net::{
    client_ip::ClientAddress,
    github_keys::GithubKeys,
    limits::Limits,
    listener::{Stopped, accept},
    network::{Network, PublicUrl},
    sources::Sources,
    tls::{Certificate, TlsError, TlsFiles},
};
pub use state::{AppState, LetIn};
