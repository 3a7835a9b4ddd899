//! What the browser does with a page that the server has rendered. `<html data-page>` says which kind it is: the
//! application is hydrated; a document is complete as it is, and is only attended to.

use crate::{App, client, ui::attend_menus};

/// Takes the page over as the server has written it.
pub fn hydrate() {
    if client::attribute("data-page") == "app" {
        if let Some(place) = client::by_id("app") {
            leptos::mount::hydrate_from(place, App).forget();
        }
    } else {
        attend();
    }
}

/// Draws the page anew: what the server has written was changed by somebody else, and cannot be taken over. What was
/// typed meanwhile is kept.
pub fn mount() {
    if let Some(place) = client::by_id::<web_sys::HtmlElement>("app") {
        let typed = client::Typed::collect();
        place.set_text_content(None);
        leptos::mount::mount_to(place, App).forget();
        typed.put_back();
    }
}

/// Adds what HTML alone cannot do: prompts that are modal and close with Escape, the keyboard of menus, times that
/// say how long ago, and buttons that copy.
fn attend() {
    attend_menus();
    client::tell_how_long_ago();
    client::make_prompt_modal();
    client::let_buttons_copy();
    client::mark_ready();
}
