//! The prompt that changes a token, filled with its current details.

use crate::{
    components::{TokenEditor, change, prompt_content},
    domain::{PromptData, TokenForm},
    server_fns::{EditToken, LoadTokenPrompt},
    ui::html,
};
use leptos::prelude::*;

pub fn edit_prompt() -> AnyView {
    prompt_content::<LoadTokenPrompt>(editor)
}

fn editor(PromptData { token, catalogue, beyond, expiry_rule, .. }: PromptData) -> AnyView {
    let Some(token) = token else { return ().into_any() };
    let change = change::<EditToken>();
    let form = TokenForm::of(&token);
    html! { <TokenEditor change form stored=Some(token) submit="Save" catalogue beyond expiry_rule /> }
}
