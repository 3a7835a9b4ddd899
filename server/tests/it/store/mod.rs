//! What becomes of data that is there: opened, upgraded, checked.

mod audit_chain;
mod names;
mod opening;
mod upgrade;
