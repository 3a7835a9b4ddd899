//! A modal prompt on the native `<dialog>`: the browser keeps the focus inside and the page behind inert.
//!
//! The server renders it open, so that it can be used before the scripts arrive; in the browser it becomes modal. It is
//! open as long as it is mounted, and its parent decides what closing means.

use super::{effect, html};
use crate::client;
use leptos::{ev, prelude::*};

#[component]
pub fn Dialog(
    /// The id of the dialog, and the prefix of the ids of its parts.
    id: &'static str,
    #[prop(into)] title: String,
    /// Makes it an alert dialog, which asks for an answer before anything else.
    #[prop(optional)]
    alert: bool,
    /// Called on Escape, or on the system's own gesture for going back. Without WASM a link in the prompt does that
    /// instead.
    #[prop(default = Callback::new(|()| ()))]
    on_dismiss: Callback<()>,
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-title");
    let labelled = heading.clone();

    let dialog = NodeRef::new();
    effect(move || client::once_there(dialog, client::show_modal));
    // Escape is handled on keydown, because after two of them a browser would close the dialog unasked.
    let on_keydown = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            on_dismiss.run(());
        }
    };
    let on_cancel = move |event: ev::Event| {
        event.prevent_default();
        on_dismiss.run(());
    };

    html! {
        <dialog
            node_ref=dialog
            id=id
            class="dialog"
            open
            role=alert.then_some("alertdialog")
            aria-labelledby=labelled
            on:keydown=on_keydown
            on:cancel=on_cancel
        >
            <h2 id=heading class="dialog-title">{title}</h2>
            {children()}
        </dialog>
    }
}
