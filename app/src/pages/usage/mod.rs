//! The screen about the use of tokens.

mod attention;
mod first;
mod overview;

pub use overview::overview_page;
