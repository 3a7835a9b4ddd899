//! Starts the application in the browser, on a page that the server has rendered.

use crate::{App, client, pages::fetch_pages, paths};
use leptos::mount::{hydrate_from, mount_to};

/// Hydrates the page as the server has written it. The code that draws the page has to be loaded first: hydration waits
/// for nothing.
pub fn hydrate() {
    // The second piece is requested before hydration keeps the browser busy.
    client::begin(fetch_pages());
    client::begin(async {
        if !client::is_at(paths::TOKENS) {
            fetch_pages().await;
        }
        if let Some(place) = client::place_of_app() {
            hydrate_from(place, App).forget();
            client::take_over();
        }
    });
}

/// Mounts the application anew, for a page that something else has changed since the server wrote it, so that it cannot
/// be hydrated. Input entered meanwhile is kept.
pub fn mount() {
    client::begin(async {
        fetch_pages().await;
        if let Some(place) = client::place_of_app() {
            let typed = client::Typed::collect();
            place.set_text_content(None);
            mount_to(place, App).forget();
            client::take_over();
            typed.put_back();
        }
    });
}
