//! The HTTP API, called as services call it.

mod carriers;
mod decision;
mod endpoints;
mod exchange;
mod forward_auth;
mod grants;
mod grants_model;
mod heads;
mod in_vain;
mod introspection;
mod revision;
mod same_verdict;
mod staying_current;
mod trust_recipe;
