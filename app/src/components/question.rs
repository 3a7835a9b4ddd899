//! The question that a form asks before it is sent for good: a dialog inside the form, whose second button sends the
//! form again with a confirmation. The focus starts on Cancel, which changes nothing.

use super::{FormState, Shell};
use crate::{
    client,
    ui::{Dialog, effect, html},
};
use leptos::{ev, prelude::*};

#[component]
pub fn Question(
    /// The id of the dialog, and the prefix of the ids of its parts.
    id: &'static str,
    title: &'static str,
    /// The label of the button that confirms.
    submit: &'static str,
    /// The name of the field that confirms.
    name: &'static str,
    value: String,
    #[prop(optional)] danger: bool,
    children: Children,
) -> impl IntoView {
    let (state, back) = (FormState::here(), Shell::here().back());
    let close = Callback::new(move |()| state.error.set(None));
    // Closed explicitly, so that the browser returns the focus to where it came from.
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
