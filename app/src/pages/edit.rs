//! The prompt that changes a token, filled with its current details.

use crate::{
    api::edit_token,
    components::{Attempt, TokenEditor, TokenList, TokenPrompt},
    domain::{PromptData, TokenForm},
    paths,
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn EditPrompt(id: String) -> impl IntoView {
    let close = TokenList::here().closer();
    view! { <TokenPrompt token=id id="edit-token-prompt" title="Edit token" close content=editor /> }
}

fn editor(PromptData { token, catalogue, expiry_rule, .. }: PromptData, close: Callback<()>) -> AnyView {
    let Some(token) = token else { return ().into_any() };
    let list = TokenList::here();
    let (id, saved) = (token.id, list.clone());
    let attempt = Attempt::first(TokenForm::of(&token), Some(token));
    let on_submit = Callback::new(move |()| {
        let saved = saved.clone();
        spawn_local(async move {
            let Attempt { form, version, .. } = attempt.get_untracked();
            match edit_token(id, version, form).await {
                Ok(token) => saved.done(format!("Saved “{}”.", token.name.as_str()), &attempt),
                Err(error) => Attempt::refused(attempt, error),
            }
        });
    });
    view! {
        <TokenEditor
            attempt
            action=list.prompt_href(&paths::token_edit(id))
            submit="Save"
            catalogue
            expiry_rule
            on_cancel=close
            on_submit
        />
    }
    .into_any()
}
