//! Pieces of pages that speak the domain.

mod change_form;
mod demonstration;
mod example;
mod layout;
mod permission_picker;
mod permission_tags;
mod query_form;
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
pub use demonstration::demonstration_bar;
pub use example::Example;
pub use layout::Layout;
pub use permission_picker::PermissionPicker;
pub use permission_tags::PermissionTags;
pub use query_form::QueryForm;
pub use screen::{PromptAbout, failed, failed_form, plain_prompt, prompt, screen};
pub use secret_reveal::SecretReveal;
pub use settings::SettingsHeader;
pub use shell::{CREATE_BUTTON, Shell, TitleCell};
pub use sidebar::Sidebar;
pub use time::Time;
pub use token_diff::{Meaning, TokenDiff};
pub use token_editor::TokenEditor;
pub use token_limits::TokenLimits;
