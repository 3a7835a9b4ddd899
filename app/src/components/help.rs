//! The list of keyboard shortcuts.

use crate::{
    client,
    ui::{Dialog, effect, html},
};
use leptos::prelude::*;

const KEYS: [(&str, &str); 7] = [
    ("Ctrl+K", "Go to a page, or search tokens"),
    ("/", "Search"),
    ("c", "Create a token"),
    ("g then o, t, p, e, a", "Go to Overview, Tokens, Permissions, People, Audit log"),
    ("Ctrl+Enter", "Send the form"),
    ("?", "This list"),
    ("Esc", "Close"),
];

#[component]
pub fn Help(close: Callback<()>) -> impl IntoView {
    // Closed explicitly, so that the browser returns the focus to where it came from.
    effect(|| on_cleanup(|| client::close_modal("keys")));
    html! {
        <Dialog id="keys" title="Keyboard shortcuts" on_dismiss=close>
            <div class="dialog-body">
                <dl class="keys">
                    {KEYS.map(|(key, meaning)| html! { <dt><kbd>{key}</kbd></dt><dd>{meaning}</dd> }).collect_view()}
                </dl>
            </div>
            <div class="dialog-actions">
                <button type="button" class="button button-primary" autofocus on:click=move |_| close.run(())>"Close"</button>
            </div>
        </Dialog>
    }
}
