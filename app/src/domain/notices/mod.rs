//! Who is told what by mail, and how soon.

mod about;
mod forms;
mod mail;

pub use about::{About, How, Whose};
pub use forms::{NoticeChoice, NoticesData, NoticesForm};
pub use mail::{Mail, Notice};
