//! Goes anywhere with a few keys: to a page by its name, or to the tokens by a search.

use super::Shell;
use crate::{
    client,
    domain::Right,
    paths,
    ui::{Dialog, effect, html},
};
use leptos::{ev, prelude::*};

const ID: &str = "palette";
const LABEL: &str = "Go to a page, or search tokens";

/// Every page by its name, with its URL and the right that it takes to see it.
const PLACES: [(&str, &str, Option<Right>); 14] = [
    ("Overview", paths::OVERVIEW, None),
    ("Tokens", paths::TOKENS, None),
    ("Create token", paths::TOKEN_NEW, Some(Right::ManageOwnTokens)),
    ("Deleted tokens", paths::TOKENS_DELETED, None),
    ("Permissions", paths::PERMISSIONS, None),
    ("People", paths::PEOPLE, Some(Right::SeePeople)),
    ("Groups", paths::GROUPS, Some(Right::SeePeople)),
    ("Service accounts", paths::SERVICES, Some(Right::SeePeople)),
    ("Requests", paths::REQUESTS, None),
    ("Audit log", paths::AUDIT, Some(Right::SeeAudit)),
    ("Webhooks", paths::WEBHOOKS, Some(Right::SeeWebhooks)),
    ("General", paths::GENERAL, None),
    ("API reference", paths::REFERENCE, None),
    ("Profile", paths::PROFILE, None),
];

/// The names and URLs that match the typed text, the search for it last.
fn found(typed: &str, shell: Shell) -> Vec<(String, String)> {
    let text = typed.trim();
    let letters = text.to_lowercase();
    let fits = |(name, _, right): &(&str, &str, Option<Right>)| {
        right.is_none_or(|right| shell.may(right)) && name.to_lowercase().contains(&letters)
    };
    let places = PLACES.into_iter().filter(fits).map(|(name, href, _)| (name.to_owned(), href.to_owned()));
    let search = (!text.is_empty()).then(|| {
        let href = paths::with_search(paths::TOKENS, &paths::query(&[("q", text)]));
        (format!("Search tokens for “{text}”"), href)
    });
    places.chain(search).collect()
}

#[component]
pub fn Palette(close: Callback<()>) -> impl IntoView {
    let shell = Shell::here();
    let typed = RwSignal::new(String::new());
    // Closed explicitly, so that the browser returns the focus to where it came from.
    effect(|| on_cleanup(|| client::close_modal(ID)));
    let go = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some((_, href)) = found(&typed.get_untracked(), shell).into_iter().next() {
            close.run(());
            shell.go_to(href);
        }
    };
    let place = move |(name, href): (String, String)| {
        html! { <li><a class="menu-item" href=href on:click=move |_| close.run(())>{name}</a></li> }
    };
    html! {
        <Dialog id=ID title="Go to" on_dismiss=close>
            <form class="dialog-body" on:submit=go>
                <input
                    class="input"
                    type="search"
                    autofocus
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=LABEL
                    placeholder=LABEL
                    on:input={move |event: ev::Event| typed.set(event_target_value(&event))}
                />
                <ul class="places">
                    {move || found(&typed.read(), shell).into_iter().map(place).collect_view()}
                </ul>
            </form>
        </Dialog>
    }
}
