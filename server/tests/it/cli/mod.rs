//! The command line.

mod audit_archive;
mod audit_stream;
mod backup;
mod command_output;
pub mod commands;
mod demo_command;
mod environment;
mod identity;
mod mail;
mod policy;
mod service_manager;
pub mod token_commands;
mod token_import;
mod webhook_processes;
