//! Prompts about a person that only ask a question. In all of them the focus starts on Cancel.

use crate::{
    components::{ChangeForm, ChangePath, PromptActions, change, consent_notice, consents, prompt_content},
    domain::PersonPromptData,
    server_fns::{DisablePerson, EnablePerson, LoadPerson, MakeLink, ResetFactors, SignOutPerson},
    ui::html,
};
use leptos::prelude::*;

pub fn link_prompt() -> AnyView {
    prompt_content::<LoadPerson>(|data| question(data, change::<MakeLink>(), "Create reset link", false))
}

pub fn sign_out_prompt() -> AnyView {
    prompt_content::<LoadPerson>(|data| {
        question(data, change::<SignOutPerson>(), "Sign out everywhere", false)
    })
}

pub fn factors_prompt() -> AnyView {
    prompt_content::<LoadPerson>(|data| {
        question(data, change::<ResetFactors>(), "Reset second factors", true)
    })
}

pub fn disable_prompt() -> AnyView {
    prompt_content::<LoadPerson>(|data| question(data, change::<DisablePerson>(), "Disable", true))
}

pub fn enable_prompt() -> AnyView {
    prompt_content::<LoadPerson>(|data| question(data, change::<EnablePerson>(), "Enable", false))
}

fn question(data: PersonPromptData, change: ChangePath, submit: &'static str, danger: bool) -> AnyView {
    let PersonPromptData { person, sentences, consents: asked, .. } = data;
    html! {
        <ChangeForm change>
            <input type="hidden" name="id" value=person.id.to_string() />
            <div class="dialog-body">
                {consent_notice()}
                {sentences.into_iter().map(|text| html! { <p>{text}</p> }).collect_view()}
                {asked.into_iter().map(consents).collect_view()}
            </div>
            <PromptActions submit danger careful=true />
        </ChangeForm>
    }
}
