//! Prompts about a webhook that only ask a question.

use crate::{
    components::{ChangeForm, ChangePath, FormNotice, PromptActions, change, prompt_content},
    server_fns::{DeleteWebhook, LoadWebhook, RotateWebhook},
    ui::html,
};
use leptos::prelude::*;

pub fn rotate_prompt() -> AnyView {
    prompt_content::<LoadWebhook>(|data| {
        let text = format!(
            "“{}” gets another signing secret, which is shown once. For a day, messages are signed with the old and the \
             new one, so that the receiver misses none.",
            data.webhook.name
        );
        question(data.webhook.id.to_string(), text, change::<RotateWebhook>(), "Change secret", false)
    })
}

pub fn delete_prompt() -> AnyView {
    prompt_content::<LoadWebhook>(|data| {
        let waiting = match data.behind {
            0 => String::new(),
            1 => " 1 line of the audit log that it has not heard of is not sent.".to_owned(),
            many => format!(" {many} lines of the audit log that it has not heard of are not sent."),
        };
        let text = format!(
            "“{}” is told nothing any more, and its deliveries are forgotten.{waiting}",
            data.webhook.name
        );
        question(data.webhook.id.to_string(), text, change::<DeleteWebhook>(), "Confirm", true)
    })
}

fn question(id: String, text: String, change: ChangePath, submit: &'static str, danger: bool) -> AnyView {
    html! {
        <ChangeForm change>
            <input type="hidden" name="id" value=id />
            <div class="dialog-body">
                <FormNotice />
                <p>{text}</p>
            </div>
            <PromptActions submit danger careful=true />
        </ChangeForm>
    }
}
