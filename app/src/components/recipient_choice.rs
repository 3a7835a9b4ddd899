//! The choice of a person to give tokens to. For use inside a [`ChangeForm`](super::ChangeForm).

use super::FormState;
use crate::{
    domain::{Field, Owner},
    ui::{FieldMessages, html, is_invalid},
};
use leptos::prelude::*;

pub fn recipient_choice(recipients: Vec<Owner>) -> AnyView {
    let state = FormState::here();
    let (error, chosen) = (state.problem(Field::Owner), state.typed("owner", ""));
    html! {
        <div class="field">
            <label class="field-label" for="owner">"New owner"</label>
            <select
                class="input"
                id="owner"
                name="owner"
                autofocus
                aria-describedby="owner-error"
                aria-invalid=is_invalid(error)
            >
                <option value="">"Choose a person"</option>
                {recipients.into_iter().map(|owner| {
                    let id = owner.id.to_string();
                    let selected = id == chosen;
                    html! { <option value=id selected=selected>{String::from(owner.name)}</option> }
                }).collect_view()}
            </select>
            <FieldMessages id="owner" error theirs=Signal::stored(String::new()) />
        </div>
    }
}
