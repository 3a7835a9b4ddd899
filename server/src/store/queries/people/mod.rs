//! People, their sessions and links.

#[macro_use]
pub mod person;

pub mod links;
pub mod sessions;

use super::*;
