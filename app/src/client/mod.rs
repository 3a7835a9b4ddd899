//! The edge of the browser: the only place that touches `web_sys`. Linked into the server too, where nothing here is
//! ever called: effects and event handlers run in the browser alone.

mod dom;
mod fetch;
mod form;

pub use dom::*;
pub use fetch::{Body, fetch};
pub use form::{close_modal, show_value};
