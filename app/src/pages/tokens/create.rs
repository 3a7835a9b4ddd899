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

fn editor(about: PromptData) -> AnyView {
    let PromptData { token, catalogue, beyond, owners, owner, expiry_rule, .. } = about;
    let form = token.as_ref().map(TokenForm::copy_of).unwrap_or_default();
    let form = TokenForm { owner: Some(owner), ..form };
    let change = change::<CreateToken>();
    html! { <TokenEditor change form stored=None submit="Create" catalogue beyond owners expiry_rule /> }
}
