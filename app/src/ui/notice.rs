//! A short message inside a page or a prompt: a warning or an error.

use super::html;
use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Warning,
    Danger,
}

impl Tone {
    const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// A message that is there from the start.
#[component]
pub fn Notice(tone: Tone, #[prop(into)] text: String) -> impl IntoView {
    html! { <p class="notice" data-tone=tone.name()>{text}</p> }
}

/// A message that may appear later, and is read out at once when it does.
#[component]
pub fn Alert(tone: Tone, text: Signal<String>) -> impl IntoView {
    html! { <p class="notice" data-tone=tone.name() role="alert" tabindex="-1" hidden=is_empty(text)>{text}</p> }
}

/// For texts that come and go: an element takes no room while its text is empty.
pub fn is_empty(text: Signal<String>) -> Signal<bool> {
    Signal::derive(move || text.read().is_empty())
}
