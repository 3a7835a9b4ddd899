//! People, their sessions, links and accounts at identity providers.

#[macro_use]
pub mod person;

pub mod browsers;
pub mod ceremonies;
pub mod factors;
pub mod identities;
pub mod links;
pub mod passkeys;
pub mod sessions;

use super::*;
