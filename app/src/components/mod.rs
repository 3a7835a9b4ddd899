//! Pieces of pages that speak the domain.

mod breadcrumb;
mod change_form;
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
mod sparkline;
mod time;
mod token_diff;
mod token_editor;
mod token_limits;
mod usage_chart;

pub use breadcrumb::Breadcrumb;
pub use change_form::{ChangeForm, ChangePath, Check, FormNotice, FormState, PromptActions, change};
pub use example::Example;
pub use layout::Layout;
pub use permission_picker::PermissionPicker;
pub use permission_tags::PermissionTags;
pub use query_form::QueryForm;
pub use screen::{PromptAbout, failed, plain_prompt, prompt, screen};
pub use secret_reveal::SecretReveal;
pub use settings::SettingsHeader;
pub use shell::{CREATE_BUTTON, Shell, TitleCell};
pub use sidebar::Sidebar;
pub use sparkline::Sparkline;
pub use time::{Hour, Time};
pub use token_diff::{Meaning, TokenDiff};
pub use token_editor::TokenEditor;
pub use token_limits::TokenLimits;
pub use usage_chart::{UsageChart, UsageRanges};
