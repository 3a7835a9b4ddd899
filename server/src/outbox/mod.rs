//! What leaves this machine by itself: the audit log as a stream.

mod carrier;
mod file;
pub mod line;

pub use carrier::Post;
pub use file::{StreamError, StreamFile};
