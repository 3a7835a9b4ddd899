//! What has just happened, in one sentence: seen for a while, and read out by screen readers.

use super::{effect, html};
use leptos::prelude::*;
use std::time::Duration;

/// How long a short sentence is shown, and how much longer for each further character.
const SHOWN_FOR: Duration = Duration::from_secs(6);
const SHORT_CHARS: usize = 60;
const FOR_A_CHARACTER: Duration = Duration::from_millis(60);

/// The one place where such sentences stand.
#[derive(Clone, Copy)]
pub struct Announcements(RwSignal<String>);

pub fn provide_announcements() {
    provide_context(Announcements(RwSignal::new(String::new())));
}

impl Announcements {
    pub fn here() -> Self {
        expect_context()
    }

    /// Says something once. What is said later takes its place.
    pub fn say(self, text: String) {
        let Self(said) = self;
        said.set(text.clone());
        let time = shown_for(&text);
        let pass = move |now: &mut String| {
            if *now == text {
                now.clear();
            }
        };
        set_timeout(move || said.update(pass), time);
    }

    /// The same as the page begins: the server has it in the page, and it passes once the browser has taken over.
    pub fn begin_with(self, text: String) {
        self.0.set(text.clone());
        effect(move || self.say(text.clone()));
    }
}

fn shown_for(text: &str) -> Duration {
    let more = text.chars().count().saturating_sub(SHORT_CHARS);
    SHOWN_FOR + FOR_A_CHARACTER * u32::try_from(more).unwrap_or_default()
}

/// The live region. It is there before anything is said, or screen readers would miss the first sentence.
#[component]
pub fn Announcer() -> impl IntoView {
    let said: Signal<String> = Announcements::here().0.into();
    let quiet = Signal::derive(move || said.read().is_empty().then_some("true"));
    html! { <div class="toast" role="status" data-quiet=quiet>{said}</div> }
}
