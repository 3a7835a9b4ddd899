//! Settings > Audit log: what happened, who did it, and from where.

mod filters;
mod lines;
mod log;

pub use log::audit_page;
