//! Widgets that know nothing of the domain: each could live in anyone's library, and has a stylesheet of the same name.

mod awaited;
mod copy_button;
mod dialog;
mod effect;
mod empty;
mod field;
mod icon;
mod markup;
mod menu;
mod notice;
mod toast;

pub use awaited::{Awaited, Draw};
pub use copy_button::{CopyButton, Copying};
pub use dialog::Dialog;
pub use effect::effect;
pub use empty::Empty;
pub use field::{FieldMessages, TextField, is_invalid};
pub use icon::Icon;
pub use markup::any;
pub(crate) use markup::html;
pub use menu::{Menu, MenuItem, NoMenu};
pub use notice::{Alert, Notice, Tone, is_empty};
pub use toast::{Announcements, Announcer, provide_announcements};
