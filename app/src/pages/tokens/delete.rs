//! The prompt that asks before a token is deleted, and says what that means.

use crate::{
    components::{ChangeForm, FormNotice, PromptActions, Shell, WithChildren, change, prompt_content},
    domain::PromptData,
    paths,
    server_fns::{DeleteToken, LoadTokenPrompt},
    ui::{Notice, Tone, html},
};
use leptos::prelude::*;

pub fn delete_prompt() -> AnyView {
    prompt_content::<LoadTokenPrompt>(question)
}

fn question(about: PromptData) -> AnyView {
    let PromptData { token, catalogue, recent_use, when_deleted, also_made, .. } = about;
    let Some(token) = token else { return ().into_any() };
    let (id, name) = (token.id, String::from(token.name));
    let instead = Shell::here().url().get_untracked().replacen("/delete", "/disable", 1);
    // The prompt lies over the token's own page, which is gone afterwards, or over the list.
    let from_page = Shell::here().back().starts_with(&paths::token(id));
    let able = token.permissions.in_words(&catalogue);
    html! {
        <ChangeForm change={change::<DeleteToken>()}>
            <input type="hidden" name="id" value=id.to_string() />
            {from_page.then(|| html! { <input type="hidden" name="from_page" value="true" /> })}
            <div class="dialog-body">
                <FormNotice />
                <p>
                    "Delete “" <span class="token-name-inline">{name}</span> "”, whose secret is "
                    <code>{token.secret_hint.to_string()}</code> "?"
                    {able.map(|able| format!(" It can {able}."))}
                </p>
                <p>{recent_use}</p>
                <WithChildren also_made />
                <Notice tone=Tone::Danger text=when_deleted />
            </div>
            <PromptActions submit="Confirm" danger=true careful=true>
                {token.disabled_at.is_none().then(|| html! {
                    <a class="button dialog-actions-start" href=instead data-noscroll="">"Disable instead"</a>
                })}
            </PromptActions>
        </ChangeForm>
    }
}
