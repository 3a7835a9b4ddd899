//! The prompt that invites somebody.

use super::role::role_choice;
use crate::{
    components::{ChangeForm, EmailField, FormNotice, FormState, PromptActions, change, prompt_content},
    domain::{Field, Role},
    server_fns::{InvitePerson, LoadInvitation},
    ui::{TextField, html},
};
use leptos::prelude::*;

pub fn invite_prompt() -> AnyView {
    prompt_content::<LoadInvitation>(form)
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

fn email() -> AnyView {
    let state = FormState::here();
    let (value, first) = (state.typed("email", ""), state.begins(Field::Email, Field::Name));
    html! { <EmailField value first error=state.problem(Field::Email) autocomplete="off" /> }
}
