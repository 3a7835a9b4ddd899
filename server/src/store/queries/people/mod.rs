//! People, their sessions, links and accounts at identity providers.

#[macro_use]
pub mod person;

pub mod browsers;
pub mod identities;
pub mod links;
pub mod sessions;

use super::*;
