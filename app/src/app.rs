//! The frame of every page, the way from a URL to its page, and what all pages share.

use crate::{
    Posted, browser,
    components::Sidebar,
    pages::{FailedPage, NotFoundPage, TokensPage},
    paths::{self, Page},
    ui::{Announcer, provide_announcements},
};
use leptos::prelude::*;
use leptos_router::{
    components::Router,
    hooks::use_location,
    location::{BrowserUrl, LocationProvider},
};

#[component]
pub fn App() -> impl IntoView {
    provide_announcements();
    view! {
        <Router>
            <InStep />
            <a class="skip" href="#main" rel="external">"Skip to the content"</a>
            <Sidebar />
            <main id="main" class="main" tabindex="-1">
                {match Posted::here() {
                    Some(Posted::Failed(error)) => view! { <FailedPage error /> }.into_any(),
                    _ => view! { <Pages /> }.into_any(),
                }}
            </main>
            <Announcer />
        </Router>
    }
}

/// Keeps the browser in step with where the person is: the address bar, the title, and the mark that the
/// scripts have taken over.
#[component]
fn InStep() -> impl IntoView {
    let path = use_location().pathname;
    let browser_url = use_context::<BrowserUrl>();
    Effect::new(move |_| {
        browser::set_title(paths::title(&path.read()));
        browser::mark_awake();
        // A click on a link waits for its page; ours are ready as soon as they are asked for.
        if let Some(url) = &browser_url {
            url.ready_to_complete();
        }
    });
}

/// Every screen. A page and its prompts are one: the list stays where it is while they come and go.
#[component]
fn Pages() -> impl IntoView {
    let path = use_location().pathname;
    let page = Memo::new(move |_| Page::at(&path.read()));
    move || match page.get() {
        Page::Tokens => view! { <TokensPage /> }.into_any(),
        Page::NotFound => view! { <NotFoundPage /> }.into_any(),
    }
}
