//! Pieces of pages that speak the domain.

mod permission_picker;
mod permission_tags;
mod secret_once;
mod settings;
mod time;
mod token_attempt;
mod token_diff;
mod token_editor;
mod token_limits;
mod token_list;
mod token_prompt;

pub use permission_picker::PermissionPicker;
pub use permission_tags::PermissionTags;
pub use secret_once::SecretOnce;
pub use settings::SettingsHeader;
pub use time::Time;
pub use token_attempt::{Attempt, FORM, error_of, theirs_of};
pub use token_diff::{Meaning, TokenDiff};
pub use token_editor::TokenEditor;
pub use token_limits::{LIMITS, TokenLimits};
pub use token_list::TokenList;
pub use token_prompt::TokenPrompt;
