//! The prompt that creates a token.

use crate::{
    components::{PromptAbout, TokenEditor, change, prompt},
    domain::{PromptData, TokenForm},
    server_fns::{CreateToken, LoadTokenPrompt},
    ui::html,
};
use leptos::prelude::*;

const ABOUT: PromptAbout = PromptAbout { id: "create-token-prompt", title: "Create token", alert: false };

pub fn create_prompt() -> AnyView {
    prompt::<LoadTokenPrompt>(ABOUT, editor)
}

fn editor(PromptData { token, catalogue, expiry_rule, .. }: PromptData) -> AnyView {
    let form = token.as_ref().map(TokenForm::copy_of).unwrap_or_default();
    let change = change::<CreateToken>();
    html! { <TokenEditor change form stored=None submit="Create" catalogue expiry_rule /> }
}
