//! Settings > Groups, Service accounts and Requests: the lists, the page of one account, and the prompts over them.

mod editor;
mod grants;
mod list;
mod members;
mod page;
mod questions;
mod requests;

pub use list::accounts_page;
pub use page::account_page;
pub use requests::requests_page;

use crate::{
    components::{PromptFrame, prompt},
    ui::Draw,
};
use leptos::prelude::*;
use leptos_router::hooks::use_url;

/// Each of them comes and goes as a prompt of its own.
pub fn account_prompt() -> AnyView {
    let url = use_url();
    let path = Memo::new(move |_| url.read().path().to_owned());
    (move || path.with(|path| of(path))).into_any()
}

/// The prompt at this path, in its frame.
fn of(path: &str) -> AnyView {
    let parts: Vec<&str> = path.trim_start_matches("/settings/").split('/').collect();
    let (id, title, alert, content): (_, _, _, fn() -> AnyView) = match parts.as_slice() {
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
        _ => return ().into_any(),
    };
    prompt(PromptFrame { id, title, alert }, Draw::new(move || async move { content() }))
}
