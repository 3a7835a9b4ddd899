//! The metadata of a token or of its owner, as a text with a line for each entry.

use super::FormState;
use crate::{
    domain::Field,
    ui::{TextField, html},
};
use leptos::prelude::*;

#[component]
pub fn MetadataField(
    /// The initial text.
    value: String,
    /// The text stored by now, after a conflict.
    theirs: Signal<String>,
) -> impl IntoView {
    let error = FormState::here().problem(Field::Metadata);
    let is_set = !value.trim().is_empty();
    // The section is open while there is anything to show in it.
    let open = Signal::derive(move || is_set || !error.read().is_empty() || !theirs.read().is_empty());
    html! {
        <details class="fold" open=open aria-labelledby="metadata-title">
            <summary class="fold-summary">
                <span class="fold-title" id="metadata-title">"Metadata"</span>
                " "
                <span class="field-hint">"Facts of your own, which services get with every verdict"</span>
            </summary>
            <div class="fold-body">
                <TextField
                    several_lines=true
                    name="metadata"
                    id="metadata"
                    label="Entries"
                    hint="One per line, such as env: prod. Never a secret: whoever sees this sees them."
                    value
                    error
                    theirs
                />
            </div>
        </details>
    }
}
