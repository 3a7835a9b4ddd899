//! Keyboard support for all menus, as in the ARIA menu button pattern (arrows, Home, End, first letters, Escape, Tab).

use super::*;
use leptos::{
    ev,
    prelude::{request_animation_frame, window_event_listener},
};
use std::{future::poll_fn, task::Poll};

/// Called once per page. The listeners stay as long as the page does.
pub fn attend_menus() {
    window_event_listener(ev::keydown, |event| {
        if let Some(button) = around::<HtmlElement>(&event, ".dots") {
            let last = match event.key().as_str() {
                "ArrowDown" | "Enter" | " " => false,
                "ArrowUp" => true,
                _ => return,
            };
            event.prevent_default();
            open(&button, last);
        } else if let Some(menu) = around(&event, ".menu") {
            walk(&event, &menu);
        }
    });
    window_event_listener(ev::click, |event| {
        // Following a link closes the menu, even when the page stays.
        if let Some(menu) = around::<HtmlElement>(&event, ".menu") {
            let _ = menu.hide_popover();
        }
        // The browser opens the menu on a click, after this handler. Its first item then gets the focus all the same.
        if let Some(menu) = around(&event, ".dots").and_then(|button| menu_of(&button)) {
            request_animation_frame(move || {
                if is_open(&menu)
                    && let (items, None) = menu_items(&menu)
                {
                    let _ = items.first().map(HtmlElement::focus);
                }
            });
        }
    });
}

/// Waits until no menu is open. On the server there are no menus.
pub async fn menus_closed() {
    if !has_taken_over() {
        return;
    }
    poll_fn(|cx| match document().query_selector(".menu:popover-open") {
        Ok(Some(_)) => {
            let waker = cx.waker().clone();
            request_animation_frame(move || waker.wake());
            Poll::Pending
        }
        _ => Poll::Ready(()),
    })
    .await;
}

fn menu_of(button: &HtmlElement) -> Option<HtmlElement> {
    by_id(&format!("{}-menu", button.id()))
}

fn open(button: &HtmlElement, last: bool) {
    let Some(menu) = menu_of(button) else { return };
    // By way of the button, because only then does the menu stand beside it.
    if !is_open(&menu) {
        button.click();
    }
    let (items, _) = menu_items(&menu);
    let _ = if last { items.last() } else { items.first() }.map(HtmlElement::focus);
}

/// Handles the keys inside the open menu.
fn walk(event: &ev::KeyboardEvent, menu: &HtmlElement) {
    let (items, at) = menu_items(menu);
    let count = items.len().max(1);
    let key = event.key();
    let to = match (key.as_str(), at) {
        ("ArrowDown", at) => Some(at.map_or(0, |at| (at + 1) % count)),
        ("ArrowUp", at) => Some(at.map_or(count - 1, |at| (at + count - 1) % count)),
        ("Home", _) => Some(0),
        ("End", _) => Some(count - 1),
        // Tab leaves the menu for the element after its button.
        ("Escape" | "Tab", _) => {
            if key == "Escape" {
                event.prevent_default();
            }
            let _ = menu.hide_popover();
            focus(menu.id().trim_end_matches("-menu"));
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

/// Keys with a modifier are browser shortcuts, which the menu leaves alone.
fn has_modifier(event: &ev::KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

fn begins_with(item: &HtmlElement, letter: &str) -> bool {
    let text = item.text_content().unwrap_or_default();
    text.trim().to_ascii_lowercase().starts_with(&letter.to_ascii_lowercase())
}
