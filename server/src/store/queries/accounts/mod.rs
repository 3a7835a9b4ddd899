//! Groups and service accounts, who is in which group, and what accounts may give.

mod account;
mod grants;
mod members;
mod requests;
mod store;

use super::*;
