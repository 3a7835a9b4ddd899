//! Groups and service accounts, and what every account may give to its tokens.

mod grants;
mod manage;
mod members;
mod prompts;
mod requests;
mod stewards;

pub(in crate::service) use manage::{full, in_use};
pub(in crate::service) use stewards::unknown_owner;
