//! A button that copies the text of an element, and the outcome to show beside it.

use super::{Icon, html};
use crate::client;
use leptos::{prelude::*, task::spawn_local};

const BY_HAND: &str = "This browser does not let the page copy. The text is selected: press Ctrl+C or ⌘C.";

/// Copies the text of one element. The outcome is to be shown in a live region of the page.
#[derive(Clone, Copy)]
pub struct Copying {
    id: StoredValue<String>,
    outcome: RwSignal<String>,
}

impl Copying {
    pub fn of(id: &str) -> Self {
        Self { id: StoredValue::new(id.to_owned()), outcome: RwSignal::new(String::new()) }
    }

    pub fn outcome(self) -> Signal<String> {
        self.outcome.into()
    }

    fn run(self) {
        let Some(id) = self.id.try_get_value() else { return };
        spawn_local(async move {
            let outcome = if client::copy_text_of(&id).await { "Copied to the clipboard." } else { BY_HAND };
            let _ = self.outcome.try_set(outcome.to_owned());
        });
    }
}

#[component]
pub fn CopyButton(
    copying: Copying,
    /// For places where "Copy" alone would not say what is copied.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    html! {
        <button
            type="button"
            class="button button-small needs-script"
            aria-label=label
            on:click=move |_| copying.run()
        >
            <Icon name="copy" />
            "Copy"
        </button>
    }
}
