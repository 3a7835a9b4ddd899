//! What people are told of, and how: their choices, saying in time that tokens expire, and what is new about their use.

mod choices;
mod expiring;
mod networks;

pub use networks::KnownNetworks;
