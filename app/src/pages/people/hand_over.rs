//! The prompt that gives all tokens of somebody to another person.

use crate::{
    components::{
        ChangeForm, PromptActions, change, consent_notice, consents, prompt_content, recipient_choice,
    },
    domain::PersonPromptData,
    server_fns::{HandOverAll, LoadPerson},
    ui::html,
};
use leptos::prelude::*;

pub fn hand_over_prompt() -> AnyView {
    prompt_content::<LoadPerson>(form)
}

fn form(PersonPromptData { person, sentences, consents: asked, recipients }: PersonPromptData) -> AnyView {
    html! {
        <ChangeForm change={change::<HandOverAll>()}>
            <input type="hidden" name="id" value=person.id.to_string() />
            <div class="dialog-body">
                {consent_notice()}
                {sentences.into_iter().map(|text| html! { <p>{text}</p> }).collect_view()}
                {recipient_choice(recipients)}
                {asked.into_iter().map(consents).collect_view()}
            </div>
            <PromptActions submit="Transfer" />
        </ChangeForm>
    }
}
