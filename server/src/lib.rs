//! The server around the application.
//!
//! - [`router`](build): every URL on one screen. [`AppState`]: what every handler can reach.
//! - `forms`, `server_fns`: changes and loads of the console, without and with WASM; `changes`: what open screens follow.
//! - `console`: exports, signing in, one-time links, and the way through for a form whose session has ended. `extract`: what the
//!   handlers of pages share.
//! - `spreadsheet`: tables for other programs.
//! - `rest`: the HTTP API, for services and scripts.
//! - `identify`: the cookie becomes a caller; `cookies`: what it is made of. `commands`: the command line.
//! - [`demo`]: the same server on made-up data, for a while.
//! - `accept`: the accept loop and its `limits`; `sources`: what each visitor has in use; `descriptors`: what the system
//!   allows; `tls`: certificate and key.
//! - `entrance`: how the server is reached; `client`: who is asking, as an address.
//! - `guard`: which names may be asked for (the Host), and how large a request may be (head and body).
//! - `config`: flags, environment and file. `catalogue`: the catalogue's file. `site`: the built front end.
//! - [`store`]: the databases.

mod accept;
mod catalogue;
mod changes;
mod client;
mod commands;
mod config;
mod console;
mod cookies;
pub mod demo;
mod descriptors;
mod entrance;
mod extract;
mod forms;
mod guard;
mod identify;
mod limits;
mod metrics;
mod render;
mod rest;
mod router;
mod serve;
mod server_fns;
mod site;
mod sources;
mod spreadsheet;
mod state;
pub mod store;
mod tls;

pub use accept::{Stopped, accept};
pub use client::ClientAddress;
pub use config::{Cli, Command, Config, LogFormat, ServeArgs, log_filter};
pub use entrance::{Entrance, PublicUrl};
pub use limits::Limits;
pub use metrics::Metrics;
pub use router::{build, build_with};
pub use serve::run;
pub use sources::Sources;
pub use state::AppState;
pub use tls::{TlsError, TlsFiles};
