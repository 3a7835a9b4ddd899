//! Settings > Tokens, as far as it is hydrated: the prompts over the table, and the secret that is shown. The table
//! itself is drawn by the server.

use super::{CreatePrompt, DeletePrompt, EditPrompt};
use crate::{
    components::{SecretOnce, TokenList},
    domain::Error,
    paths::{self, TokensPlace},
    ui::Empty,
};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_location;

#[component]
pub fn TokensPage() -> impl IntoView {
    let path = use_location().pathname;
    let list = TokenList::provide();
    let (failed, revealed) = (list.failed(), list.revealed());
    let conceal = Callback::new(move |()| TokenList::here().conceal());
    view! {
        {move || failed.get().map(|error| view! { <NoTable error /> })}
        {move || match TokensPlace::at(&path.read()) {
            Some(TokensPlace::New) => view! { <CreatePrompt /> }.into_any(),
            Some(TokensPlace::Edit(id)) => view! { <EditPrompt id /> }.into_any(),
            Some(TokensPlace::Delete(id)) => view! { <DeletePrompt id /> }.into_any(),
            Some(TokensPlace::List) | None => ().into_any(),
        }}
        {move || revealed.get().map(|created| view! { <SecretOnce created on_close=conceal /> })}
    }
}

/// The table could not be read again.
#[component]
fn NoTable(error: Error) -> impl IntoView {
    let again = move |event: ev::MouseEvent| {
        event.prevent_default();
        TokenList::here().read_again();
    };
    view! {
        <Empty icon="key" title="The tokens cannot be shown">
            <p role="alert">{error.to_string()}</p>
            <a class="button" href=paths::TOKENS on:click=again>"Try again"</a>
        </Empty>
    }
}
