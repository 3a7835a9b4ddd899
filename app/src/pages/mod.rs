//! One file for each screen: fetch, arrange, nothing else.

mod create;
mod delete;
mod edit;
mod tokens;

pub use create::CreatePrompt;
pub use delete::DeletePrompt;
pub use edit::EditPrompt;
pub use tokens::TokensPage;
