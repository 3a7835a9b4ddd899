//! A menu button: three dots that open a dropdown.
//!
//! Built on the popover attribute, so that it opens, closes and steps aside without any script. [`attend_menus`]
//! adds the keyboard of the ARIA menu button pattern (arrows, Home, End, first letters, Escape, Tab) to all menus
//! of the page at once.

use super::{Announcements, Icon, html};
use crate::client;
use leptos::{ev, prelude::*, task::spawn_local};
use web_sys::HtmlElement;

/// One link of a menu.
#[derive(Clone)]
pub struct MenuItem {
    pub label: &'static str,
    pub icon: &'static str,
    pub href: String,
    /// Ends something: shown apart from the others.
    pub danger: bool,
    /// Copied instead, where that is possible; the link leads to where it stands.
    pub copies: Option<String>,
}

#[component]
pub fn Menu(
    /// Unique on the page.
    id: String,
    /// What the button is for, for those who do not see its row.
    label: String,
    items: Vec<MenuItem>,
) -> impl IntoView {
    let menu_id = format!("{id}-menu");
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
        <div id=menu_id class="menu" role="menu" aria-labelledby=id popover="auto">
            {items.into_iter().map(|item| html! {
                <a
                    role="menuitem"
                    class=if item.danger { "menu-item menu-item-danger" } else { "menu-item" }
                    data-noscroll=""
                    href=item.href.clone()
                    on:click=move |event| copy_instead(&event, item.copies.clone(), item.href.clone())
                >
                    <Icon name=item.icon />
                    {item.label}
                </a>
            }).collect_view()}
        </div>
    }
}

/// Copies what is to be copied instead of following the link; where that is impossible, the link leads there.
fn copy_instead(event: &ev::MouseEvent, text: Option<String>, href: String) {
    let Some(text) = text else { return };
    event.prevent_default();
    let announcements = Announcements::here();
    spawn_local(async move {
        match client::copy_text(&text).await {
            true => announcements.say("Copied the ID.".to_owned()),
            false => client::go_to(&href),
        }
    });
}

/// Dots that open nothing, and say why.
#[component]
pub fn NoMenu(id: String, label: String, why: &'static str) -> impl IntoView {
    html! {
        <button type="button" id=id class="dots" aria-label=label title=why aria-disabled="true">
            <Icon name="dots" />
        </button>
    }
}

/// For the browser, once for each page. The listeners stay as long as the page does.
pub fn attend_menus() {
    window_event_listener(ev::keydown, |event| {
        if let Some(button) = client::around::<HtmlElement>(&event, ".dots") {
            let last = match event.key().as_str() {
                "ArrowDown" | "Enter" | " " => false,
                "ArrowUp" => true,
                _ => return,
            };
            event.prevent_default();
            open(&button, last);
        } else if let Some(menu) = client::around(&event, ".menu") {
            walk(&event, &menu);
        }
    });
    window_event_listener(ev::click, |event| {
        // Following a link leaves the menu behind, also when the page stays.
        if let Some(menu) = client::around::<HtmlElement>(&event, ".menu") {
            let _ = menu.hide_popover();
        }
        // A pointer opens the menu by itself, after this; the focus then goes to its first item all the same.
        if let Some(menu) = client::around(&event, ".dots").and_then(|button| menu_of(&button)) {
            request_animation_frame(move || {
                if client::is_open(&menu)
                    && let (items, None) = client::menu_items(&menu)
                {
                    let _ = items.first().map(HtmlElement::focus);
                }
            });
        }
    });
}

fn menu_of(button: &HtmlElement) -> Option<HtmlElement> {
    client::by_id(&format!("{}-menu", button.id()))
}

fn open(button: &HtmlElement, last: bool) {
    let Some(menu) = menu_of(button) else { return };
    // By the button: only what it opens stands beside it.
    if !client::is_open(&menu) {
        button.click();
    }
    let (items, _) = client::menu_items(&menu);
    let _ = if last { items.last() } else { items.first() }.map(HtmlElement::focus);
}

/// The keyboard inside of the open menu.
fn walk(event: &ev::KeyboardEvent, menu: &HtmlElement) {
    let (items, at) = client::menu_items(menu);
    let count = items.len().max(1);
    let key = event.key();
    let to = match (key.as_str(), at) {
        ("ArrowDown", at) => Some(at.map_or(0, |at| (at + 1) % count)),
        ("ArrowUp", at) => Some(at.map_or(count - 1, |at| (at + count - 1) % count)),
        ("Home", _) => Some(0),
        ("End", _) => Some(count - 1),
        // Tab leaves the menu for what comes after its button.
        ("Escape" | "Tab", _) => {
            if key == "Escape" {
                event.prevent_default();
            }
            let _ = menu.hide_popover();
            client::focus(menu.id().trim_end_matches("-menu"));
            return;
        }
        (" ", Some(at)) => {
            event.prevent_default();
            return items[at].click();
        }
        (letter, at) if letter.chars().count() == 1 && !has_modifier(event) => {
            let start = at.map_or(0, |at| at + 1);
            (0..count)
                .map(|step| (start + step) % count)
                .find(|i| items.get(*i).is_some_and(|item| begins_with(item, letter)))
        }
        _ => None,
    };
    if let Some(item) = to.and_then(|to| items.get(to)) {
        event.prevent_default();
        let _ = item.focus();
    }
}

/// Shortcuts of the browser are none of the menu's business.
fn has_modifier(event: &ev::KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

fn begins_with(item: &HtmlElement, letter: &str) -> bool {
    let text = item.text_content().unwrap_or_default();
    text.trim().to_ascii_lowercase().starts_with(&letter.to_ascii_lowercase())
}
