//! The edge of the browser: the only place that touches `web_sys`. Linked into the server too, where nothing here is
//! ever called: effects and event handlers run in the browser alone.

mod changes;
mod dom;
mod fetch;
mod scroll;
mod typed;
mod pointer;
mod form;

pub use changes::follow_changes;
pub use dom::*;
pub use fetch::{Body, fetch, forget_ahead, prefetch};
pub use scroll::{find_place, keep_places, leave_place};
pub use typed::{Typed, is_changed};
pub use pointer::part_under;
pub use form::{close_modal, show_value};
