//! Settings > Permissions: the catalogue, the prompts over it, and who holds a permission.

mod add;
mod edit;
mod editor;
mod holders;
mod list;
mod others;
mod remove;

pub use add::add_prompt;
pub use edit::{edit_prompt, is_edited_resource_gone};
pub use holders::holders_page;
pub use list::permissions_page;
pub use remove::remove_prompt;
