//! One test binary, laid out like the code: `contract` holds the store to its port, the others call the
//! real router over a real database file. `support` is how they do it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod audit;
mod audit_chain;
mod bounds;
mod browser;
mod bulk;
mod changes;
mod command_output;
mod commands;
mod contract;
mod crowd;
mod demo;
mod demo_command;
mod descriptors;
mod disable;
mod duplicate;
mod ended;
mod environment;
mod every_route;
mod family;
mod forms;
mod general;
mod guard;
mod input;
mod links;
mod manage;
mod metrics;
mod names;
mod namesakes;
mod opening;
mod overview;
mod pages;
mod people;
mod permissions;
mod permissions_edit;
mod policy;
mod power;
mod quiet;
mod recipes;
mod rest;
mod restore;
mod roles;
mod rotate;
mod server_fns;
mod session_ended;
mod sessions;
mod sign_in;
mod step_up;
mod support;
mod tls;
mod token_commands;
mod token_export;
mod token_import;
mod token_limits;
mod token_page;
mod upgrade;
mod uses;
mod walk;
mod wire;
