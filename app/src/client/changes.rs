//! Follows the changes of others: one stream of events per tab, open as long as the tab is visible.

use crate::paths;
use leptos::prelude::{document, window_event_listener_untyped};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, VisibilityState};

/// An open stream, and the closure called for each of its events.
type Stream = (EventSource, Closure<dyn Fn()>);

thread_local! {
    static STREAM: RefCell<Option<Stream>> = const { RefCell::new(None) };
}

/// Calls `changed` whenever something has changed, and when the tab becomes visible again.
pub fn follow_changes(changed: impl Fn() + 'static) {
    let changed: Rc<dyn Fn()> = Rc::new(changed);
    open(&changed);
    window_event_listener_untyped("visibilitychange", move |_| {
        if let Some((stream, _)) = STREAM.with_borrow_mut(Option::take) {
            stream.close();
        }
        if is_seen() {
            changed();
            open(&changed);
        }
    });
}

fn is_seen() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

fn open(changed: &Rc<dyn Fn()>) {
    if is_seen()
        && let Ok(stream) = EventSource::new(paths::CHANGES)
    {
        let changed = changed.clone();
        let listener = Closure::new(move || changed());
        let _ = stream.add_event_listener_with_callback("change", listener.as_ref().unchecked_ref());
        STREAM.with_borrow_mut(|place| *place = Some((stream, listener)));
    }
}
