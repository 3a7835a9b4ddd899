//! The server around the application.
//!
//! - [`router`](build): every URL on one screen.
//! - `forms`, `server_fns`: the two halves of the console's door, without and with WASM.
//! - `guard`: who may knock (the Host), and how much they may bring (the body).
//! - `config`: flags, environment and file. `catalogue`: the catalogue's file. `site`: the built front end.
//! - [`store`]: the databases.

mod catalogue;
mod config;
mod forms;
mod guard;
mod render;
mod router;
mod serve;
mod server_fns;
mod site;
pub mod store;

pub use config::{Cli, Command, Config, ServeArgs};
pub use router::{Console, build};
pub use serve::run;
