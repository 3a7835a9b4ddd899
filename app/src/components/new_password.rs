//! Fields for a new password, twice, with the one that it replaces, and a box that shows what is typed. For use inside
//! a [`ChangeForm`](super::ChangeForm).

use super::FormState;
use crate::{
    FormOutcome,
    domain::Field,
    ui::{TextField, html},
};
use leptos::{ev, prelude::*};

pub fn password_change() -> AnyView {
    let state = FormState::here();
    let shown = RwSignal::new(false);
    let kind = Signal::derive(move || if shown.get() { "text" } else { "password" });
    let first = |field| state.begins(field, Field::Name);
    let toggle = move |event: ev::Event| shown.set(event_target_checked(&event));
    html! {
        <TextField name="current_password" id="current-password" label="Current password" kind
            autocomplete="current-password" first=first(Field::CurrentPassword)
            error=state.problem(Field::CurrentPassword) />
        <TextField name="password" id="password" label="New password" kind autocomplete="new-password"
            hint="At least 15 characters. A few words in a row are easy to remember; no numbers or symbols required."
            first=first(Field::Password) error=state.problem(Field::Password) />
        <TextField name="again" id="again" label="New password, again" kind autocomplete="new-password"
            error=Signal::stored(String::new()) />
        {FormOutcome::here().is_none().then(|| html! {
            <label class="radio needs-script">
                <input type="checkbox" on:change=toggle />
                <span>"Show passwords"</span>
            </label>
        })}
    }
}
