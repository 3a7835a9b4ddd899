//! What a form means, said while somebody fills it in: when the token ends, what an edit changes, and a warning when
//! the token would gain by it.

use crate::{
    browser,
    domain::{Token, TokenChanges, TokenForm},
    ui::is_empty,
};
use leptos::prelude::*;

/// Texts of one type: each kind of signal of its own would cost the WASM kilobytes.
#[derive(Clone, Copy)]
pub struct Meaning {
    pub end: RwSignal<String>,
    changes: RwSignal<String>,
    warning: RwSignal<String>,
}

impl Meaning {
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self { end: text(), changes: text(), warning: text() }
    }

    /// Says it anew. `before` is the token as it is stored, if it is.
    pub fn tell(self, form: &TokenForm, before: Option<&Token>) {
        let words = form.expiry_in_words(browser::now());
        self.end.set(match form.parse_expiry().ok().flatten().and_then(browser::local) {
            Some(local) => words + " Here that is " + &local + ".",
            None => words,
        });
        if let Some(before) = before {
            let changes = TokenChanges::between(before, form);
            self.warning.set(changes.warning());
            // Lines of one text: a list would have to be drawn anew with every key.
            self.changes.set(changes.in_lines());
        }
    }
}

#[component]
pub fn TokenDiff(meaning: Meaning) -> impl IntoView {
    let changes: Signal<String> = meaning.changes.into();
    let warning: Signal<String> = meaning.warning.into();
    view! {
        <div class="changes needs-script" role="status" aria-label="Changes">
            <p class="changes-lines">{changes}</p>
            <p class="notice" data-tone="warning" hidden=is_empty(warning)>{warning}</p>
        </div>
    }
}
