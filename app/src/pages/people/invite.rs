//! The prompt that invites somebody.

use super::role::role_choice;
use crate::{
    components::{ChangeForm, FormNotice, FormState, PromptAbout, PromptActions, change, prompt},
    domain::{Field, Role},
    server_fns::{InvitePerson, LoadInvitation},
    ui::{FieldMessages, TextField, html, is_invalid},
};
use leptos::prelude::*;

const ABOUT: PromptAbout = PromptAbout { id: "invite-prompt", title: "Invite person", alert: false };

pub fn invite_prompt() -> AnyView {
    prompt::<LoadInvitation>(ABOUT, form)
}

fn form((): ()) -> AnyView {
    html! {
        <ChangeForm change={change::<InvitePerson>()}>
            <div class="dialog-body">
                <FormNotice />
                {name()}
                {email()}
                {role_choice("Role".to_owned(), Role::Member, false)}
            </div>
            <PromptActions submit="Invite" />
        </ChangeForm>
    }
}

fn name() -> AnyView {
    let state = FormState::here();
    let (value, first) = (state.typed("name", ""), state.begins(Field::Name, Field::Name));
    html! {
        <TextField name="name" id="name" label="Name" value first error=state.problem(Field::Name) />
    }
}

/// A field for an e-mail address in any script. Its type is not `email`, because browsers then refuse some scripts or
/// write the address in another one.
fn email() -> AnyView {
    let state = FormState::here();
    let error = state.problem(Field::Email);
    html! {
        <div class="field">
            <label class="field-label" for="email">"E-mail address"</label>
            <input
                class="input"
                type="text"
                inputmode="email"
                autocapitalize="none"
                spellcheck="false"
                id="email"
                name="email"
                value=state.typed("email", "")
                autocomplete="off"
                autofocus=state.begins(Field::Email, Field::Name)
                aria-describedby="email-error email-theirs"
                aria-invalid=is_invalid(error)
            />
            <FieldMessages id="email" error theirs=Signal::stored(String::new()) />
        </div>
    }
}
