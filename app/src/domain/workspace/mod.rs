//! The workspace: its name, its rules for tokens.

mod changes;
mod node;
mod settings;

pub use changes::{GeneralData, Stricter, WorkspaceEdit};
pub use node::{NODE_SILENT_MS, Node};
pub use settings::{NO_EXPIRY_RULE, Policy, Workspace, WorkspaceForm, days_in_words};
