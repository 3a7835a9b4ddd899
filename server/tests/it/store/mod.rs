//! Existing data when it is opened, upgraded and checked.

mod audit_chain;
mod names;
mod opening;
mod upgrade;
