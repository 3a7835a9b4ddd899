//! Where screens were left: Back and Forward lead to that place again, once the screen is there.

use leptos::prelude::{request_animation_frame, window, window_event_listener_untyped};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};
use web_sys::ScrollRestoration;

thread_local! {
    static PLACES: RefCell<BTreeMap<String, f64>> = const { RefCell::new(BTreeMap::new()) };
    /// Where the page stood last. Whoever leaves a place is told of it too late: the next one begins at its top.
    static HERE: Cell<f64> = const { Cell::new(0.0) };
    static IS_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Takes this over from the browser, which would do it before the screen is there. Reloading stays the browser's.
pub fn keep_places() {
    restore(ScrollRestoration::Manual);
    window_event_listener_untyped("scroll", |_| HERE.set(window().scroll_y().unwrap_or_default()));
    window_event_listener_untyped("popstate", |_| IS_BACK.set(true));
    window_event_listener_untyped("pagehide", |_| restore(ScrollRestoration::Auto));
}

fn restore(how: ScrollRestoration) {
    let _ = window().history().and_then(|history| history.set_scroll_restoration(how));
}

/// This URL is being left.
pub fn leave_place(url: String) {
    PLACES.with_borrow_mut(|places| places.insert(url, HERE.get()));
}

/// The screen of this URL is there: goes to where it was left, if it is come back to.
pub fn find_place(url: &str) {
    if IS_BACK.replace(false)
        && let Some(at) = PLACES.with_borrow(|places| places.get(url).copied())
    {
        request_animation_frame(move || window().scroll_to_with_x_and_y(0.0, at));
    }
}
