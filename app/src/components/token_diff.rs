//! The meaning of a form, shown while somebody fills it in: what the token will be able to do, when it ends, what an
//! edit changes, and a warning when the token would gain by it.

use crate::{
    client,
    domain::{Catalogue, Token, TokenChanges, TokenForm},
    ui::{html, is_empty},
};
use leptos::prelude::*;

/// Texts of one type: a signal type for each would cost the WASM kilobytes.
#[derive(Clone, Copy)]
pub struct Meaning {
    pub power: RwSignal<String>,
    pub count: RwSignal<String>,
    pub end: RwSignal<String>,
    changes: RwSignal<String>,
    warning: RwSignal<String>,
}

impl Meaning {
    /// The texts before the browser knows the time and the time zone: only what needs neither is filled in.
    pub fn of(form: &TokenForm, catalogue: &Catalogue) -> Self {
        let text = || RwSignal::new(String::new());
        let power = RwSignal::new(in_words(form, catalogue));
        Self { power, count: text(), end: text(), changes: text(), warning: text() }
    }

    /// Updates the texts. `before` is the stored token, if there is one.
    pub fn tell(self, form: &TokenForm, catalogue: &Catalogue, before: Option<&Token>) {
        self.power.set(in_words(form, catalogue));
        self.count.set(form.permissions.len().to_string() + " selected.");
        let words = form.expiry_in_words(client::now());
        self.end.set(match form.parse_expiry().ok().flatten().and_then(client::local) {
            Some(local) => words + " Your local time: " + &local + ".",
            None => words,
        });
        if let Some(before) = before {
            let changes = TokenChanges::between(before, form);
            self.warning.set(changes.warning());
            // One text of several lines: a list would have to be drawn anew with every key.
            self.changes.set(changes.in_lines());
        }
    }
}

fn in_words(form: &TokenForm, catalogue: &Catalogue) -> String {
    form.parsed_permissions()
        .in_words(catalogue)
        .map(|words| format!("{words}, and nothing else"))
        .unwrap_or_default()
}

#[component]
pub fn TokenDiff(meaning: Meaning) -> impl IntoView {
    let changes: Signal<String> = meaning.changes.into();
    let warning: Signal<String> = meaning.warning.into();
    html! {
        // Only the warning is read out: the lines change with every key.
        <div class="changes needs-script" role="group" aria-label="Changes">
            <p class="changes-lines">{changes}</p>
            <div role="status"><p class="notice" data-tone="warning" hidden=is_empty(warning)>{warning}</p></div>
        </div>
    }
}
