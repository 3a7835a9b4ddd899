//! Bytes and names: how connections come in, how many, from whom, and by which name the server is reached. Nothing here
//! knows the application.

pub mod client_ip;
pub mod descriptors;
pub mod limits;
pub mod listener;
pub mod network;
pub mod sources;
pub mod tls;
