//! The command line.

mod backup;
mod command_output;
pub mod commands;
mod demo_command;
mod environment;
mod identity;
mod policy;
pub mod token_commands;
mod token_import;
