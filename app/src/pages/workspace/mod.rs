//! Settings > General: the name of the workspace, and the rules for its tokens.

mod form;
mod general;
mod nodes;
mod question;

pub use general::general_page;
