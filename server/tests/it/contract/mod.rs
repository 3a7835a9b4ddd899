//! The contract of the store: one test for each sentence above the methods of the port, on a real file.

mod audit;
mod audit_archive;
mod budgets;
mod catalogue;
mod changes;
mod endings;
mod factors;
mod family;
mod heartbeat;
mod identities;
mod import;
mod links;
mod nodes;
mod outbox;
mod people;
mod power;
mod restore;
mod retiring;
mod sessions;
mod token_crowds;
mod token_list;
mod token_usage;
mod tokens;
mod use_totals;
mod uses;
mod workspace;
