//! What has just happened, in one sentence: seen for a while, and read out by screen readers.

use leptos::prelude::*;
use std::time::Duration;

const SHOWN_FOR: Duration = Duration::from_secs(6);

#[derive(Clone, Copy)]
struct Announcements(RwSignal<String>);

pub fn provide_announcements() {
    provide_context(Announcements(RwSignal::new(String::new())));
}

/// Says something once. What is said later takes its place.
pub fn announce(text: String) {
    let Some(Announcements(said)) = use_context() else { return };
    said.set(text.clone());
    Effect::new(move |_| {
        let text = text.clone();
        set_timeout(
            move || {
                said.update(|now| {
                    if *now == text {
                        now.clear();
                    }
                });
            },
            SHOWN_FOR,
        );
    });
}

/// The live region. It is there before anything is said, or screen readers would miss the first sentence.
#[component]
pub fn Announcer() -> impl IntoView {
    let said = Signal::derive(move || use_context::<Announcements>().map(|a| a.0.get()).unwrap_or_default());
    let quiet = Signal::derive(move || said.read().is_empty().then_some("true"));
    view! { <div class="toast" role="status" data-quiet=quiet>{said}</div> }
}
