//! The prompt that asks before a token is deleted, and says what that means.

use crate::{
    api::delete_token,
    browser,
    components::{TokenList, TokenPrompt},
    domain::PromptData,
    paths,
    ui::{Alert, Notice, Tone, announce},
};
use leptos::{ev, prelude::*, task::spawn_local};

const ALSO_MADE: &str = "also-made";

#[component]
pub fn DeletePrompt(id: String) -> impl IntoView {
    let close = TokenList::here().closer();
    view! { <TokenPrompt token=id id="delete-token-prompt" title="Delete token" alert=true close content=question /> }
}

fn question(
    PromptData { token, catalogue, recent_use, when_deleted, also_made, .. }: PromptData,
    close: Callback<()>,
) -> AnyView {
    let Some(token) = token else { return ().into_any() };
    let list = TokenList::here();
    let (id, name) = (token.id, String::from(token.name));
    let able = token.permissions.in_words(&catalogue);
    let (action, cancel_href) = (list.prompt_href(&paths::token_delete(id)), list.href());
    let (pending, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let gone = format!("Deleted “{name}”. Its secret no longer works.");
    let submitted = move |event: ev::SubmitEvent| {
        // What becomes of several tokens is told by a page: the form is sent as it is.
        if browser::is_checked(ALSO_MADE) {
            return;
        }
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let (list, gone) = (list.clone(), gone.clone());
        spawn_local(async move {
            match delete_token(id).await {
                Ok(()) => list.done(gone, &pending),
                Err(refused) if error.is_disposed() => announce(refused.to_string()),
                Err(refused) => error.set(refused.to_string()),
            }
            pending.set(false);
        });
    };
    view! {
        <form class="prompt-form" method="post" action=action on:submit=submitted>
            <div class="dialog-body">
                <Alert tone=Tone::Warning text=Signal::derive(move || error.get()) />
                <p>
                    "Delete “" <span class="token-name-inline">{name}</span> "”, whose secret is " <code>{token.secret_hint.to_string()}</code> "?"
                    {able.map(|able| format!(" It can {able}."))}
                </p>
                <p>{recent_use}</p>
                {(!also_made.is_empty()).then(|| view! {
                    <label class="radio"><input type="checkbox" id=ALSO_MADE name="with_children" value="true" /><span>{also_made}</span></label>
                })}
                <Notice tone=Tone::Danger text=when_deleted />
            </div>
            <div class="dialog-actions">
                {token.disabled_at.is_none().then(|| view! {
                    <a class="button dialog-actions-start" href=paths::token_pause(id, true) rel="external">"Disable instead"</a>
                })}
                <a class="button" href=cancel_href autofocus data-noscroll="" on:click=move |event| {
                    event.prevent_default();
                    close.run(());
                }>"Cancel"</a>
                <button class="button button-danger" type="submit">"Confirm"</button>
            </div>
        </form>
    }
    .into_any()
}
