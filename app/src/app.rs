//! The part of the console that is hydrated: the Tokens page with its prompts, and what it says.

use crate::{
    browser,
    pages::TokensPage,
    paths,
    ui::{Announcer, attend_menus, provide_announcements},
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
            <TokensPage />
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
    Effect::new(|_| attend_menus());
    Effect::new(move |_| {
        browser::set_title(paths::title(&path.read()));
        browser::mark_awake();
        // A click on a link waits for its page; ours are ready as soon as they are asked for.
        if let Some(url) = &browser_url {
            url.ready_to_complete();
        }
    });
}
