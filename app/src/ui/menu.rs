//! A menu button: three dots that open a dropdown.
//!
//! Built on the popover attribute, so that it opens, closes and steps aside without any script. `client` adds keyboard
//! support.

use super::{Announcements, Icon, html};
use crate::client;
use leptos::{ev, prelude::*, task::spawn_local};

/// One link of a menu.
#[derive(Clone)]
pub struct MenuItem {
    pub label: &'static str,
    pub icon: &'static str,
    pub href: String,
    /// A text that is copied instead, where that is possible. Otherwise the link leads to where it is shown.
    pub copies: Option<String>,
}

#[component]
pub fn Menu(
    /// Unique on the page.
    id: String,
    /// The purpose of the button, for people who do not see its row.
    label: String,
    items: Vec<MenuItem>,
) -> impl IntoView {
    let menu_id = format!("{id}-menu");
    let copied = items.iter().find_map(|item| Some((item.copies.clone()?, item.href.clone())));
    let clicked = move |event: ev::MouseEvent| {
        if let Some((text, href)) = copied.clone()
            && client::is_within(&event, "[data-icon=copy-text]")
        {
            event.prevent_default();
            copy_instead(text, href);
        }
    };
    html! {
        <button
            type="button"
            id=id.clone()
            class="dots"
            aria-haspopup="menu"
            aria-label=label
            popovertarget=menu_id.clone()
        >
            <Icon name="dots" />
        </button>
        <div id=menu_id class="menu" role="menu" aria-labelledby=id popover="auto" on:click=clicked>
            {items.into_iter().map(|item| html! {
                <a
                    role="menuitem"
                    data-icon=if item.copies.is_some() { "copy-text" } else { item.icon }
                    data-noscroll=""
                    href=item.href
                >
                    {item.label}
                </a>
            }).collect_view()}
        </div>
    }
}

/// Copies a text or, where that is impossible, goes to where it is shown.
fn copy_instead(text: String, href: String) {
    let announcements = Announcements::here();
    spawn_local(async move {
        match client::copy_text(&text).await {
            true => announcements.say("Copied the ID.".to_owned()),
            false => client::go_to(&href),
        }
    });
}

/// A menu button that opens nothing, and says why.
#[component]
pub fn NoMenu(id: String, label: String, why: &'static str) -> impl IntoView {
    html! {
        <button type="button" id=id class="dots" aria-label=label title=why aria-disabled="true">
            <Icon name="dots" />
        </button>
    }
}
