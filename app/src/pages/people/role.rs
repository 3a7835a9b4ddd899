//! The prompt that gives somebody another role.

use crate::{
    components::{ChangeForm, FormState, PromptActions, change, consent_notice, consents, prompt_content},
    domain::{Field, PersonPromptData, Role},
    server_fns::{ChangeRole, LoadPerson},
    ui::{FieldMessages, html},
};
use leptos::prelude::*;

pub fn role_prompt() -> AnyView {
    prompt_content::<LoadPerson>(form)
}

fn form(PersonPromptData { person, sentences, consents: asked, .. }: PersonPromptData) -> AnyView {
    let (id, legend) = (person.id.to_string(), format!("Role of {}", person.name.as_str()));
    html! {
        <ChangeForm change={change::<ChangeRole>()}>
            <input type="hidden" name="id" value=id />
            <div class="dialog-body">
                {consent_notice()}
                {role_choice(legend, person.role, true)}
                {sentences.into_iter().map(|text| html! { <p>{text}</p> }).collect_view()}
                {asked.into_iter().map(consents).collect_view()}
            </div>
            <PromptActions submit="Save" />
        </ChangeForm>
    }
}

/// The choice of a role, each with its meaning. If it comes first in its form, the focus starts on the chosen role: on
/// any other, a key press would choose that one.
pub fn role_choice(legend: String, chosen: Role, is_first: bool) -> AnyView {
    let state = FormState::here();
    let (chosen, error) = (state.typed("role", chosen.as_str()), state.problem(Field::Role));
    html! {
        <fieldset class="field" aria-describedby="role-error">
            <legend class="field-label">{legend}</legend>
            <div class="radios">
                {Role::ALL.map(|role| {
                    let is_chosen = chosen == role.as_str();
                    html! {
                        <label class="radio">
                            <input
                                type="radio"
                                name="role"
                                value=role.as_str()
                                checked=is_chosen
                                autofocus={is_first && is_chosen}
                            />
                            <span>
                                <span class="radio-name">{role.as_str()}</span>
                                <span class="field-hint">{role.in_words()}</span>
                            </span>
                        </label>
                    }
                }).collect_view()}
            </div>
            <FieldMessages id="role" error theirs=Signal::stored(String::new()) />
        </fieldset>
    }
}
