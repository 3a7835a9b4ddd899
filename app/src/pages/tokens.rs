//! Settings > Tokens: the table, and the place where its prompts open.

use super::{CreatePrompt, DeletePrompt, EditPrompt};
use crate::{
    api::{self, load_tokens},
    browser,
    components::{SecretOnce, SettingsHeader, TokenList, TokenTable},
    domain::{Error, Right},
    paths::{self, TokensPlace},
    ui::{Awaited, Draw, Empty},
};
use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
};

#[component]
pub fn TokensPage() -> impl IntoView {
    let Location { pathname, search, .. } = use_location();
    let list = TokenList::provide();
    let (generation, revealed) = (list.generation(), list.revealed());
    let tokens = Resource::new(
        move || (search.get(), generation.get()),
        |(search, _)| load_tokens(paths::cursor(&search)),
    );
    let table = Draw::new(move || async move {
        match tokens.await {
            Ok(tokens) => view! { <Head count=tokens.count_in_words() /> <TokenTable tokens /> }.into_any(),
            Err(Error::SignedOut) => {
                let here = paths::with_search(&pathname.get_untracked(), &search.get_untracked());
                Effect::new(move |_| browser::go_to(&paths::sign_in(&here)));
                ().into_any()
            }
            Err(error) => {
                view! { <Head count=String::new() /> <NoTable error retry=generation /> }.into_any()
            }
        }
    });
    let conceal = Callback::new(move |()| TokenList::here().conceal());

    view! {
        <SettingsHeader tab=paths::TOKENS />
        <Awaited meanwhile="card card-loading" draw=table />
        {move || match TokensPlace::at(&pathname.read()) {
            Some(TokensPlace::New) => view! { <CreatePrompt /> }.into_any(),
            Some(TokensPlace::Edit(id)) => view! { <EditPrompt id /> }.into_any(),
            Some(TokensPlace::Delete(id)) => view! { <DeletePrompt id /> }.into_any(),
            Some(TokensPlace::List) | None => ().into_any(),
        }}
        {move || revealed.get().map(|created| view! { <SecretOnce created on_close=conceal /> })}
    }
}

/// The head of the section, with the number of tokens and the way to a new one.
#[component]
fn Head(count: String) -> impl IntoView {
    let list = TokenList::here();
    Effect::new(move |_| list.drawn());
    view! {
        <div class="head">
            <div>
                <h2 class="section-title" id="tokens-heading" tabindex="-1">"Tokens " <span class="count">{count}</span></h2>
                <p class="section-hint">"Keys that let programs call your API. Give each the least it needs."</p>
            </div>
            <CreateButton />
        </div>
    }
}

/// A button that leads to the create prompt. A form of its own, so that it is one without scripts too.
#[component]
fn CreateButton() -> impl IntoView {
    let (list, navigate) = (TokenList::here(), use_navigate());
    let open = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&list.prompt_href(paths::TOKEN_NEW), options);
    };
    match api::role().why_not(Right::ManageOwnTokens) {
        None => view! {
            <form class="head-action" method="get" action=paths::TOKEN_NEW on:submit=open>
                <button class="button button-primary" type="submit" id="create-token">"Create token"</button>
            </form>
        }
        .into_any(),
        Some(why) => view! {
            <div class="head-action head-why">
                <button class="button button-primary" type="button" aria-disabled="true" aria-describedby="why-not">"Create token"</button>
                <p class="section-hint" id="why-not">{why}</p>
            </div>
        }
        .into_any(),
    }
}

/// The table could not be shown: a damaged link, or a server that cannot answer now.
#[component]
fn NoTable(error: Error, retry: RwSignal<u32>) -> impl IntoView {
    if let Error::Invalid { errors } = &error {
        let detail = errors.first().map(|e| e.detail.clone()).unwrap_or_default();
        return view! {
            <Empty icon="key" title="This page cannot be found">
                <p>{detail}</p>
                <a class="button" href=paths::TOKENS>"First page"</a>
            </Empty>
        }
        .into_any();
    }
    let again = move |event: ev::MouseEvent| {
        event.prevent_default();
        retry.update(|n| *n += 1);
    };
    view! {
        <Empty icon="key" title="The tokens cannot be shown">
            <p role="alert">{error.to_string()}</p>
            <a class="button" href=paths::TOKENS on:click=again>"Try again"</a>
        </Empty>
    }
    .into_any()
}
