//! The prompt that changes a resource. It asks before removing actions that tokens may hold.

use super::{
    add::add_again,
    editor::{Editor, stored_by_now},
    remove::Leaving,
};
use crate::{
    FormOutcome,
    components::{ChangeForm, FormNotice, FormState, PromptActions, Question, change, prompt_content},
    domain::{Error, ResourceForm, ResourceToEdit},
    server_fns::{EditResource, LoadResource},
    ui::html,
};
use leptos::prelude::*;

const ACTIONS_HINT: &str = "One per line, as in read = Read. Names never change: removing a line removes its action, after a question.";

pub fn edit_prompt() -> AnyView {
    if is_edited_resource_gone() { add_again() } else { prompt_content::<LoadResource>(form) }
}

/// Whether a form changed a resource that somebody else has removed meanwhile.
pub fn is_edited_resource_gone() -> bool {
    matches!(FormOutcome::here(), Some(FormOutcome::Refused { error: Error::NoSuchResource, .. }))
}

fn form(about: ResourceToEdit) -> AnyView {
    html! {
        <ChangeForm change={change::<EditResource>()}>
            <Inside about />
        </ChangeForm>
    }
}

#[component]
fn Inside(about: ResourceToEdit) -> impl IntoView {
    let (state, first) = (FormState::here(), ResourceForm::of(&about.resource));
    // The page that answers a plain post is used without scripts, so everything behind a question is made inert here.
    let is_behind = FormOutcome::here().is_some() && state.error.with_untracked(is_question);
    html! {
        <input type="hidden" name="name" value=first.name.clone() />
        <input type="hidden" name="version" value=current_version(about.version) />
        <div class="dialog-body" inert=is_behind>
            <FormNotice />
            <p class="resource-fixed">
                <span class="field-label">"Name"</span>
                " "
                <code class="tag">{first.name.clone()}</code>
                " "
                <span class="field-hint">"Services check it by this name, so it never changes."</span>
            </p>
            <Editor first begin={!is_behind} actions_hint=ACTIONS_HINT />
        </div>
        <div inert=is_behind>
            <PromptActions submit="Save" />
        </div>
        {move || state.error.with(removal)}
    }
}

/// The version that the next attempt starts from; after a conflict, the one that the person has then seen.
pub fn current_version(first: String) -> Signal<String> {
    let state = FormState::here();
    Signal::derive(move || {
        let stored = stored_by_now(state.error.read().as_ref());
        stored.map_or_else(|| first.clone(), |stored| stored.version)
    })
}

fn is_question(error: &Option<Error>) -> bool {
    matches!(error, Some(Error::Removes { .. }))
}

fn removal(error: &Option<Error>) -> Option<AnyView> {
    let Some(Error::Removes { removal }) = error else { return None };
    let removal = removal.unfold()?;
    let names = removal.names();
    Some(html! {
        <Question id="removal-question" title="Remove permissions?" submit="Remove and save" name="removing" value=names danger=true>
            <Leaving lead="Saving removes this from the catalogue:".to_owned() removal />
        </Question>
    })
}
