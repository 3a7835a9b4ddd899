//! Pieces of pages that speak the domain.

mod change_form;
mod holder_list;
mod layout;
mod permission_picker;
mod permission_tags;
mod query_form;
mod question;
mod screen;
mod secret_reveal;
mod settings;
mod shell;
mod sidebar;
mod time;
mod token_diff;
mod token_editor;
mod token_limits;

pub use change_form::{ChangeForm, ChangePath, Check, FormNotice, FormState, PromptActions, change};
pub use holder_list::HolderList;
pub use layout::Layout;
pub use permission_picker::PermissionPicker;
pub use permission_tags::PermissionTags;
pub use query_form::QueryForm;
pub use question::Question;
pub use screen::{PromptAbout, failed, plain_prompt, prompt, screen};
pub use secret_reveal::SecretReveal;
pub use settings::SettingsHeader;
pub use shell::{CREATE_BUTTON, Shell, TitleCell};
pub use sidebar::Sidebar;
pub use time::Time;
pub use token_diff::{Meaning, TokenDiff};
pub use token_editor::TokenEditor;
pub use token_limits::TokenLimits;
