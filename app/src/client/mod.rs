//! The edge of the browser: the only place that touches `web_sys`. Linked into the server too, where nothing here is
//! ever called: effects and event handlers run in the browser alone.

mod dom;
mod fetch;
mod pointer;

pub use dom::*;
pub use fetch::{Body, fetch};
pub use pointer::part_under;
