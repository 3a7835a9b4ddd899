//! The network: connections and their limits, the addresses of clients, and the names by which the server is reached.
//! Nothing here knows the application.

pub mod client;
pub mod client_ip;
pub mod descriptors;
pub mod fetch;
pub mod github_keys;
pub mod limits;
pub mod listener;
pub mod network;
pub mod sources;
pub mod tls;
