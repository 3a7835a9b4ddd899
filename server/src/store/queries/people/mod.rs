//! People, their sessions and links.

#[macro_use]
pub mod person;

pub mod browsers;
pub mod links;
pub mod sessions;

use super::*;
