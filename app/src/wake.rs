//! What the browser does with a page that the server has rendered. `<html data-page>` says which kind it is: the
//! application is hydrated; a document is complete as it is, and is only attended to.

use crate::{App, browser, ui::attend_menus};

pub fn wake_up() {
    if browser::attribute("data-page") == "app" {
        browser::tell_how_long_ago();
        if let Some(place) = browser::by_id("app") {
            leptos::mount::hydrate_from(place, App).forget();
        }
    } else {
        attend();
    }
}

/// Adds what HTML alone cannot do: prompts that are modal and close with Escape, the keyboard of menus, times that
/// say how long ago, and buttons that copy.
fn attend() {
    attend_menus();
    browser::tell_how_long_ago();
    browser::make_prompt_modal();
    browser::let_buttons_copy();
    browser::mark_awake();
}
