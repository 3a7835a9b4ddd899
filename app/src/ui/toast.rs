//! Announces in one sentence what has just happened: shown for a while, and read out by screen readers.

use super::{effect, html};
use leptos::prelude::*;
use std::time::Duration;

/// The time that a short sentence is shown, with extra time for each further character and for a link, which takes time
/// to reach.
const SHOWN_FOR: Duration = Duration::from_secs(6);
const SHORT_CHARS: usize = 60;
const FOR_A_CHARACTER: Duration = Duration::from_millis(60);
const FOR_A_LINK: Duration = Duration::from_secs(4);

/// The sentence, and the URL where the change it reports can be undone.
type Said = (String, Option<String>);

/// Holds the sentence that is being announced.
#[derive(Clone, Copy)]
pub struct Announcements(RwSignal<Said>);

pub fn provide_announcements() {
    provide_context(Announcements(RwSignal::default()));
}

impl Announcements {
    pub fn here() -> Self {
        expect_context()
    }

    /// Announces a text once. A later one takes its place.
    pub fn say(self, text: String) {
        self.say_with(text, None);
    }

    /// Announces a text once, with a link that undoes the change.
    pub fn say_with(self, text: String, undo: Option<String>) {
        let Self(said) = self;
        let time = shown_for(&text, undo.is_some());
        let now = (text, undo);
        said.set(now.clone());
        let pass = move |shown: &mut Said| {
            if *shown == now {
                *shown = Said::default();
            }
        };
        set_timeout(move || said.update(pass), time);
    }

    /// Announces a text as the page begins. The server renders it into the page, and it disappears once the browser has
    /// taken over and its time has passed.
    pub fn begin_with(self, text: String) {
        self.0.set((text.clone(), None));
        effect(move || self.say(text.clone()));
    }
}

fn shown_for(text: &str, has_link: bool) -> Duration {
    let more = text.chars().count().saturating_sub(SHORT_CHARS);
    let for_link = if has_link { FOR_A_LINK } else { Duration::ZERO };
    SHOWN_FOR + FOR_A_CHARACTER * u32::try_from(more).unwrap_or_default() + for_link
}

/// The live region. It is there before anything is said, or screen readers would miss the first sentence.
#[component]
pub fn Announcer() -> impl IntoView {
    let Announcements(said) = Announcements::here();
    // The box comes and goes with its content.
    let toast = move || {
        let (text, undo) = said.get();
        let undo = undo.map(|undo| {
            html! {
                <a class="toast-undo" href=undo data-noscroll="" on:click=move |_| said.set(Said::default())>"Undo"</a>
            }
        });
        (!text.is_empty()).then(|| html! { <div class="toast">{text} {undo}</div> })
    };
    html! { <div class="toasts" role="status">{toast}</div> }
}
