//! The prompt that creates a token and then turns into the one-time reveal of its secret.

use crate::{
    Posted,
    api::create_token,
    components::{Attempt, SecretOnce, TokenEditor, TokenList, TokenPrompt},
    domain::{PromptData, TokenForm},
    paths,
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn CreatePrompt() -> impl IntoView {
    if let Some(Posted::Created(created)) = Posted::here() {
        return view! { <SecretOnce created=*created on_close=Callback::new(|()| ()) /> }.into_any();
    }
    let list = TokenList::here();
    let (token, close) = (list.copied(), list.closer());
    let is_copy = token.is_some();
    view! { <TokenPrompt id="create-token-prompt" title="Create token" token is_copy close content=editor /> }
        .into_any()
}

fn editor(PromptData { token, catalogue, expiry_rule, .. }: PromptData, close: Callback<()>) -> AnyView {
    let list = TokenList::here();
    let form = token.as_ref().map(TokenForm::copy_of).unwrap_or_default();
    let attempt = Attempt::first(form, None);
    let action = list.prompt_href(paths::TOKEN_NEW);
    let on_submit = Callback::new(move |()| {
        let list = list.clone();
        spawn_local(async move {
            match create_token(attempt.get_untracked().form).await {
                Ok(created) => list.reveal(created, &attempt),
                Err(error) => Attempt::refused(attempt, error),
            }
        });
    });
    view! {
        <TokenEditor
            attempt
            action
            submit="Create"
            catalogue
            expiry_rule
            on_cancel=close
            on_submit
        />
    }
    .into_any()
}
