//! Settings > General: what the workspace is called, and the rules that its tokens keep.

mod form;
mod general;
mod question;

pub use general::general_page;
