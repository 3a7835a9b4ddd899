//! What leaves this machine by itself: the audit log as a stream, and messages to webhooks.

mod carrier;
mod file;
mod http;
pub mod line;

pub use carrier::Post;
pub use file::{StreamError, StreamFile};
