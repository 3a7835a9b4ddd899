//! The server around the application.
//!
//! - [`router`](build): every URL on one screen.
//! - `forms`, `server_fns`: the two halves of the console's door, without and with WASM.
//! - `accept`: the accept loop and its `limits`; `tls`: certificate and key.
//! - `entrance`: how the server is reached; `client`: who is asking, as an address.
//! - `guard`: what may be knocked at (the Host), and how much may be brought (the head and the body).
//! - `config`: flags, environment and file. `catalogue`: the catalogue's file. `site`: the built front end.
//! - [`store`]: the databases.

mod accept;
mod catalogue;
mod client;
mod config;
mod entrance;
mod forms;
mod guard;
mod limits;
mod render;
mod router;
mod serve;
mod server_fns;
mod site;
pub mod store;
mod tls;

pub use accept::{Stopped, accept};
pub use client::ClientAddress;
pub use config::{Cli, Command, Config, ServeArgs};
pub use entrance::{Entrance, PublicUrl};
pub use limits::Limits;
pub use router::{Console, build};
pub use serve::run;
pub use tls::{TlsError, TlsFiles};
