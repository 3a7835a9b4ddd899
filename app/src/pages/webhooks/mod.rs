//! Settings > Webhooks: the list, the page of each, and the prompts.

mod form;
mod list;
mod page;
mod questions;

pub use form::{create_prompt, edit_prompt};
pub use list::webhooks_page;
pub use page::webhook_page;
pub use questions::{delete_prompt, rotate_prompt};
