//! Settings > Tokens: the table, and the prompts over it.

mod create;
mod delete;
mod edit;
mod filters;
mod list;
mod page;
mod table;

pub use create::create_prompt;
pub use delete::delete_prompt;
pub use edit::edit_prompt;
pub use list::tokens_page;
pub use page::token_page;
