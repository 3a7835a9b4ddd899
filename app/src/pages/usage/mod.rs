//! How the tokens are used.

mod attention;
mod first;
mod overview;

pub use overview::overview_page;
