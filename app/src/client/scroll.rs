//! Scroll positions of the screens: Back and Forward return to where a screen was left, once the screen is there.

use leptos::prelude::{request_animation_frame, window, window_event_listener_untyped};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};
use web_sys::ScrollRestoration;

thread_local! {
    static PLACES: RefCell<BTreeMap<String, f64>> = const { RefCell::new(BTreeMap::new()) };
    /// The last scroll position of the page. When a place is left, it is too late to read it: the next place begins at
    /// its top.
    static HERE: Cell<f64> = const { Cell::new(0.0) };
    static IS_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Takes scroll restoration over from the browser, which would restore before the screen is there. Reloads are left to
/// the browser.
pub fn keep_places() {
    restore(ScrollRestoration::Manual);
    window_event_listener_untyped("scroll", |_| HERE.set(window().scroll_y().unwrap_or_default()));
    window_event_listener_untyped("popstate", |_| IS_BACK.set(true));
    window_event_listener_untyped("pagehide", |_| restore(ScrollRestoration::Auto));
}

fn restore(how: ScrollRestoration) {
    let _ = window().history().and_then(|history| history.set_scroll_restoration(how));
}

/// Remembers the scroll position of a URL that is being left.
pub fn leave_place(url: String) {
    PLACES.with_borrow_mut(|places| places.insert(url, HERE.get()));
}

/// Called when the screen of this URL is there. If Back or Forward led to it, scrolls to where it was left.
pub fn find_place(url: &str) {
    if IS_BACK.replace(false)
        && let Some(at) = PLACES.with_borrow(|places| places.get(url).copied())
    {
        request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, at));
    }
}
