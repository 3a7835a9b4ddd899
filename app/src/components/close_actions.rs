//! The one way out of a prompt that has nothing to ask.

use super::Shell;
use crate::ui::html;
use leptos::{ev, prelude::*};

#[component]
pub fn CloseActions(
    /// Whether the focus starts on the button.
    #[prop(default = true)]
    first: bool,
    /// Shown before the button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let shell = Shell::here();
    let back = shell.back();
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        shell.close();
    };
    html! {
        <div class="dialog-actions">
            {children.map(|children| children())}
            <a class="button button-primary" href=back autofocus=first data-noscroll="" on:click=close>"Close"</a>
        </div>
    }
}
