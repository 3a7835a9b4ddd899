//! What leaves this machine by itself: the audit log as a stream, messages to webhooks, and mails.

mod carrier;
mod file;
pub mod line;
mod mail;

pub use carrier::Post;
pub use file::{StreamError, StreamFile};
pub use mail::{MailError, MailSettings, Mailer};
