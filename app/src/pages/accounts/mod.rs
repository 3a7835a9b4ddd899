//! Settings > Groups, Service accounts and Requests: the lists, the page of one account, and the prompts over them.

mod editor;
mod grants;
mod list;
mod members;
mod page;
mod questions;
mod requests;
mod trust;

pub use list::accounts_page;
pub use page::account_page;
pub use requests::requests_page;

use crate::components::FramedPrompt;

/// The prompt at this path below Settings.
pub fn prompt_at(parts: &[&str]) -> Option<FramedPrompt> {
    Some(match parts {
        ["groups", "new"] => ("account-prompt", "Create group", false, editor::new_account_prompt),
        ["service-accounts", "new"] => {
            ("account-prompt", "Create service account", false, editor::new_account_prompt)
        }
        ["accounts", _, "edit"] => ("account-prompt", "Edit account", false, editor::edit_account_prompt),
        ["accounts", _, "grants"] => ("grants-prompt", "What it may give", false, grants::grants_prompt),
        ["accounts", _, "member"] => ("member-prompt", "Member", false, members::put_member_prompt),
        ["accounts", _, "take-out"] => {
            ("question-prompt", "Take out of the group", true, members::take_out_prompt)
        }
        ["accounts", _, "disable"] => {
            ("question-prompt", "Disable account", true, questions::disable_account_prompt)
        }
        ["accounts", _, "enable"] => {
            ("question-prompt", "Enable account", true, questions::enable_account_prompt)
        }
        ["accounts", _, "delete"] => {
            ("question-prompt", "Delete account", true, questions::delete_account_prompt)
        }
        ["requests", "new"] => ("ask-prompt", "Ask for a permission", false, requests::ask_prompt),
        ["requests", _, "answer"] => ("answer-prompt", "Answer a request", false, requests::answer_prompt),
        _ => return None,
    })
}
