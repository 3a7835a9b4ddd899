//! Prompts about an account that only ask a question. In all of them the focus starts on Cancel.

use crate::{
    components::{ChangeForm, ChangePath, FormNotice, PromptActions, change, prompt_content},
    domain::{AccountPrompt, tokens_in_words},
    server_fns::{DeleteAccount, DisableAccount, EnableAccount, LoadAccountPrompt},
    ui::html,
};
use leptos::prelude::*;

pub fn disable_account_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(|data| {
        question(data, change::<DisableAccount>(), "Disable", true, |name, tokens| {
            format!("{name} is disabled, and so are its secrets: {tokens} stop working immediately.")
        })
    })
}

pub fn enable_account_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(|data| {
        question(data, change::<EnableAccount>(), "Enable", false, |name, tokens| {
            format!("{name} is enabled, and {tokens} work as before.")
        })
    })
}

pub fn delete_account_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(|data| {
        question(data, change::<DeleteAccount>(), "Delete", true, |name, tokens| {
            format!(
                "Delete {name} for good? It has {tokens}: transfer or delete them first. Its members lose what they \
                 may give by it."
            )
        })
    })
}

fn question(
    data: AccountPrompt,
    change: ChangePath,
    submit: &'static str,
    danger: bool,
    sentence: fn(&str, &str) -> String,
) -> AnyView {
    let Some(row) = data.page.map(|page| page.row) else { return ().into_any() };
    let sentence = sentence(row.account.name.as_str(), &tokens_in_words(row.tokens));
    html! {
        <ChangeForm change>
            <input type="hidden" name="id" value=row.account.id.to_string() />
            <div class="dialog-body">
                <FormNotice />
                <p>{sentence}</p>
            </div>
            <PromptActions submit danger careful=true />
        </ChangeForm>
    }
}
