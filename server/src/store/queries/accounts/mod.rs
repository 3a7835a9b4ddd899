//! Groups and service accounts, who is in which group, and what accounts may give.

pub mod account;
mod grants;
mod members;
mod requests;
mod store;

use super::*;
