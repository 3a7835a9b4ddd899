//! Settings > Tokens: the table, and the prompts over it.

mod bulk;
mod create;
mod delete;
mod deleted;
mod disable;
mod edit;
mod filters;
mod hand_over;
mod list;
mod newcomers;
mod old_secret;
mod page;
mod restore;
mod rotate;
mod table;

pub use bulk::bulk_prompt;
pub use create::create_prompt;
pub use delete::delete_prompt;
pub use deleted::deleted_tokens_page;
pub use disable::{disable_prompt, enable_prompt};
pub use edit::edit_prompt;
pub use hand_over::hand_over_prompt;
pub use list::tokens_page;
pub use page::{token_glance, token_page};
pub use restore::restore_prompt;
pub use rotate::rotate_prompt;
