//! The prompt that creates a token.

use crate::{
    components::{TokenEditor, change, prompt_content},
    domain::{PromptData, TokenForm},
    server_fns::{CreateToken, LoadTokenPrompt},
    ui::html,
};
use leptos::prelude::*;

pub fn create_prompt() -> AnyView {
    prompt_content::<LoadTokenPrompt>(editor)
}

fn editor(PromptData { token, catalogue, expiry_rule, .. }: PromptData) -> AnyView {
    let form = token.as_ref().map(TokenForm::copy_of).unwrap_or_default();
    let change = change::<CreateToken>();
    html! { <TokenEditor change form stored=None submit="Create" catalogue expiry_rule /> }
}
