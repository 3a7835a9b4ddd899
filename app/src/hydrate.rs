//! What the browser does with a page that the server has rendered.

use crate::{App, client};
use leptos::mount::{hydrate_from, mount_to};

/// Takes the page over as the server has written it.
pub fn hydrate() {
    if let Some(place) = client::by_id("app") {
        hydrate_from(place, App).forget();
    }
}

/// Draws the page anew: what the server has written was changed by somebody else, and cannot be taken over. What was
/// typed meanwhile is kept.
pub fn mount() {
    if let Some(place) = client::by_id::<web_sys::HtmlElement>("app") {
        let typed = client::Typed::collect();
        place.set_text_content(None);
        mount_to(place, App).forget();
        typed.put_back();
    }
}
