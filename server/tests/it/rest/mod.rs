//! The doors for services, knocked on as services do.

mod carriers;
mod decision;
mod doors;
mod forward_auth;
mod heads;
mod introspection;
mod same_verdict;
mod staying_current;
