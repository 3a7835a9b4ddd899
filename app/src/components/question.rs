//! What a form asks before it is sent for good: a dialog inside of the form, whose second button sends it again and says
//! that it is meant. It begins at the way that changes nothing.

use super::{FormState, Shell};
use crate::{
    client,
    ui::{Dialog, effect, html},
};
use leptos::{ev, prelude::*};

#[component]
pub fn Question(
    /// Names the dialog, and begins the ids of its parts.
    id: &'static str,
    title: &'static str,
    /// The word on the button that means it.
    submit: &'static str,
    /// The field by which it says so.
    name: &'static str,
    value: String,
    #[prop(optional)] danger: bool,
    children: Children,
) -> impl IntoView {
    let (state, back) = (FormState::here(), Shell::here().back());
    let close = Callback::new(move |()| state.error.set(None));
    // Closed by hand, so that the browser gives the focus back to where it came from.
    effect(move || on_cleanup(move || client::close_modal(id)));
    let cancel = move |event: ev::MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        close.run(());
    };
    let class = if danger { "button button-danger" } else { "button button-primary" };
    html! {
        <Dialog id title alert=true on_dismiss=close>
            <div class="dialog-body">{children()}</div>
            <div class="dialog-actions">
                <a class="button" href=back autofocus on:click=cancel>"Cancel"</a>
                <button class=class type="submit" name=name value=value>{submit}</button>
            </div>
        </Dialog>
    }
}
