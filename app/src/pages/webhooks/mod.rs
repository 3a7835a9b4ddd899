//! Settings > Webhooks: the list, the page of each, and the prompts.

mod form;
mod list;
mod page;
mod questions;

pub use list::webhooks_page;
pub use page::webhook_page;

use crate::components::FramedPrompt;

/// The prompt at this path below the list.
pub fn prompt_at(parts: &[&str]) -> Option<FramedPrompt> {
    Some(match parts {
        ["new"] => ("webhook-prompt", "Create webhook", false, form::create_prompt),
        [_, "edit"] => ("webhook-prompt", "Edit webhook", false, form::edit_prompt),
        [_, "rotate"] => ("question-prompt", "Change signing secret", true, questions::rotate_prompt),
        [_, "delete"] => ("question-prompt", "Delete webhook", true, questions::delete_prompt),
        _ => return None,
    })
}
