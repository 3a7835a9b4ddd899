//! A menu button: three dots that open a dropdown.
//!
//! Built on the popover attribute, so that it opens, closes and steps aside without any script; the browser
//! adds the keyboard of the ARIA menu button pattern (arrows, Home, End, first letters, Escape, Tab).

use super::Icon;
use crate::browser;
use leptos::{ev, prelude::*};
use std::sync::Arc;
use web_sys::HtmlElement;

/// One link of a menu.
#[derive(Clone)]
pub struct MenuItem {
    pub label: &'static str,
    pub icon: &'static str,
    pub href: String,
    /// Ends something: shown apart from the others.
    pub danger: bool,
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
    let ids = Arc::new((id.clone(), menu_id.clone()));

    let on_button_key = {
        let ids = ids.clone();
        move |event: ev::KeyboardEvent| {
            let last = match event.key().as_str() {
                "ArrowDown" | "Enter" | " " => false,
                "ArrowUp" => true,
                _ => return,
            };
            event.prevent_default();
            open(&ids.1, last);
        }
    };
    let on_menu_key = move |event: ev::KeyboardEvent| walk(&event, &ids.0);
    // Following a link leaves the menu behind, also when the page stays.
    let on_click = move |event: ev::MouseEvent| {
        let _ = browser::here(&event).map(|menu: HtmlElement| menu.hide_popover());
    };
    // A pointer opens the menu by itself; the focus then goes to its first item all the same.
    let on_toggle = move |event: ev::Event| {
        if let Some(menu) = browser::here::<HtmlElement>(&event).filter(browser::is_open)
            && let (items, None) = browser::menu_items(&menu)
        {
            let _ = items.first().map(HtmlElement::focus);
        }
    };

    view! {
        <button
            type="button"
            id=id.clone()
            class="dots"
            aria-haspopup="menu"
            aria-label=label
            popovertarget=menu_id.clone()
            on:keydown=on_button_key
        >
            <Icon name="dots" />
        </button>
        <div
            id=menu_id
            class="menu"
            role="menu"
            aria-labelledby=id
            popover="auto"
            on:keydown=on_menu_key
            on:click=on_click
            on:toggle=on_toggle
        >
            {items.into_iter().map(|item| view! {
                <a role="menuitem" class=if item.danger { "menu-item menu-item-danger" } else { "menu-item" } data-noscroll="" href=item.href>
                    <Icon name=item.icon />
                    {item.label}
                </a>
            }).collect_view()}
        </div>
    }
}

fn open(menu_id: &str, last: bool) {
    let Some(menu) = browser::by_id::<HtmlElement>(menu_id) else { return };
    let _ = menu.show_popover();
    let (items, _) = browser::menu_items(&menu);
    let _ = if last { items.last() } else { items.first() }.map(HtmlElement::focus);
}

/// The keyboard inside of the open menu.
fn walk(event: &ev::KeyboardEvent, button_id: &str) {
    let Some(menu) = browser::here::<HtmlElement>(event) else { return };
    let (items, at) = browser::menu_items(&menu);
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
            browser::focus(button_id);
            return;
        }
        (" ", Some(at)) => {
            event.prevent_default();
            return items[at].click();
        }
        (letter, at) if letter.chars().count() == 1 => {
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

fn begins_with(item: &HtmlElement, letter: &str) -> bool {
    let text = item.text_content().unwrap_or_default();
    text.trim().to_ascii_lowercase().starts_with(&letter.to_ascii_lowercase())
}
