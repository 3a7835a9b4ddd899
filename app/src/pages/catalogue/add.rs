//! The prompt that adds a resource.

use super::editor::{Editor, NAME_HINT};
use crate::{
    FormOutcome,
    components::{ChangeForm, FormNotice, FormState, PromptActions, change, prompt_content},
    domain::{Error, Field, ResourceForm},
    paths,
    server_fns::{AddResource, LoadNewResource},
    ui::{TextField, html},
};
use leptos::prelude::*;

pub fn add_prompt() -> AnyView {
    prompt_content::<LoadNewResource>(|()| form(ResourceForm::new(), None))
}

/// Takes the place of the content of the edit prompt when somebody has removed the resource: it can be added as it was
/// typed.
pub fn add_again() -> AnyView {
    let Some(FormOutcome::Refused { fields, error, .. }) = FormOutcome::here() else {
        return ().into_any();
    };
    let typed = |name: &str| {
        let mut fields = fields.iter();
        fields.find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let typed = ResourceForm {
        name: typed("name"),
        label: typed("label"),
        description: typed("description"),
        actions: typed("actions"),
    };
    form(typed, Some(error))
}

fn form(first: ResourceForm, gone: Option<Error>) -> AnyView {
    html! {
        <ChangeForm change={change::<AddResource>()} action=paths::RESOURCE_NEW>
            <Inside first gone />
        </ChangeForm>
    }
}

#[component]
fn Inside(first: ResourceForm, gone: Option<Error>) -> impl IntoView {
    let state = FormState::here();
    if let Some(gone) = gone {
        state.error.set(Some(gone));
    }
    html! {
        <div class="dialog-body">
            <FormNotice />
            <TextField
                name="name"
                id="name"
                label="Name"
                hint=NAME_HINT
                value=state.typed("name", first.name.clone())
                first=state.begins(Field::Name, Field::Name)
                error=state.problem(Field::Name)
            />
            <Editor first actions_hint="One per line, as in read = Read: the name that services check, then what people read. Names never change later." />
        </div>
        <PromptActions submit="Add" />
    }
}
