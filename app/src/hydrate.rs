//! What the browser does with a page that the server has rendered.

use crate::{App, client, pages::fetch_pages, paths};
use leptos::mount::{hydrate_from, mount_to};

/// Takes the page over as the server has written it. What draws it has to be there: taking over waits for nothing.
pub fn hydrate() {
    client::begin(async {
        if !client::is_at(paths::TOKENS) {
            fetch_pages().await;
        }
        if let Some(place) = client::place_of_app() {
            hydrate_from(place, App).forget();
            client::take_over();
        }
        fetch_pages().await;
    });
}

/// Draws the page anew: what the server has written was changed by somebody else, and cannot be taken over. What was
/// typed meanwhile is kept.
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
