//! The part of the console that is hydrated: the prompts of the Tokens page, and what it says. The page below them is
//! drawn by the server and attended to.

use crate::{
    browser,
    pages::TokensPage,
    paths,
    ui::{Announcer, announce, attend_menus, provide_announcements},
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::Router,
    hooks::{use_location, use_navigate},
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
    let navigate = use_navigate();
    Effect::new(move |_| {
        attend_menus();
        browser::count_choices();
        let owner = Owner::current();
        browser::let_links_copy(move |said| {
            let _ = owner.as_ref().map(|owner| owner.with(|| announce(said.to_owned())));
        });
        let navigate = navigate.clone();
        browser::let_forms_lead(move |href, is_on_the_way| {
            // What is typed letter by letter is one step back in the history.
            let options =
                NavigateOptions { scroll: false, replace: is_on_the_way, ..NavigateOptions::default() };
            navigate(href, options);
        });
    });
    Effect::new(move |_| {
        browser::set_title(paths::title(&path.read()));
        browser::mark_awake();
        // A click on a link waits for its page; ours are ready as soon as they are asked for.
        if let Some(url) = &browser_url {
            url.ready_to_complete();
        }
    });
}
