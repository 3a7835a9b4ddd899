//! The fields of a resource that can change at any time: its label, its description and its actions.

use crate::{
    components::FormState,
    domain::{Error, Field, ResourceForm, ResourceToEdit},
    ui::{FieldMessages, TextField, html, is_invalid},
};
use leptos::{leptos_dom::helpers::is_server, prelude::*};

pub const NAME_HINT: &str = "Services check it by this name, as in projects: a-z, 0-9, _, - and . with a letter first. It never changes later.";

/// The fields inside a form. After a conflict, the stored values are shown below them.
#[component]
pub fn Editor(
    /// The initial values.
    first: ResourceForm,
    actions_hint: &'static str,
    /// Starts the focus in the first of these fields.
    #[prop(optional)]
    begin: bool,
) -> impl IntoView {
    let state = FormState::here();
    let begins = move |field| state.begins(field, if begin { Field::Label } else { Field::Name });
    let actions = state.typed("actions", first.actions);
    html! {
        <TextField
            name="label"
            id="label"
            label="Label"
            hint="Display name. Defaults to the name."
            value=state.typed("label", first.label)
            first=begins(Field::Label)
            error=state.problem(Field::Label)
            theirs=theirs("label", |form| &form.label)
        />
        <TextField
            name="description"
            id="description"
            label="Description"
            value=state.typed("description", first.description)
            first=begins(Field::Description)
            error=state.problem(Field::Description)
            theirs=theirs("description", |form| &form.description)
        />
        <Actions actions hint=actions_hint first=begins(Field::Actions) />
    }
}

#[component]
fn Actions(actions: String, hint: &'static str, first: bool) -> impl IntoView {
    let error = FormState::here().problem(Field::Actions);
    // Room for the existing lines and one more.
    let rows = actions.lines().count().clamp(3, 11) + 1;
    // The server does not escape the content of this element.
    let text = if is_server() { actions.replace('&', "&amp;").replace('<', "&lt;") } else { actions };
    html! {
        <div class="field">
            <label class="field-label" for="actions">"Actions"</label>
            <p class="field-hint" id="actions-hint">{hint}</p>
            <textarea
                class="input input-lines"
                id="actions"
                name="actions"
                rows=rows.to_string()
                spellcheck="false"
                autocapitalize="none"
                autofocus=first
                aria-describedby="actions-hint actions-error actions-theirs"
                aria-invalid=is_invalid(error)
            >
                {text}
            </textarea>
            <FieldMessages id="actions" error theirs=theirs("actions", |form| &form.actions) />
        </div>
    }
}

/// After a conflict, the stored resource.
pub fn stored_by_now(error: Option<&Error>) -> Option<ResourceToEdit> {
    let Some(Error::ResourceChanged { current }) = error else { return None };
    current.unfold()
}

/// After a conflict, the value stored by now in a field, if it is not the one that was sent.
fn theirs(name: &'static str, of: fn(&ResourceForm) -> &String) -> Signal<String> {
    let state = FormState::here();
    Signal::derive(move || {
        let error = state.error.read();
        let Some(current) = stored_by_now(error.as_ref()) else { return String::new() };
        let stored = ResourceForm::of(&current.resource);
        let (stored, sent) = (of(&stored), state.typed(name, String::new()));
        match stored.as_str() {
            // Browsers have their own line endings.
            stored if stored.lines().eq(sent.lines()) => String::new(),
            "" => "Their value: nothing".to_owned(),
            stored => format!("Their value: {}", stored.replace('\n', ", ")),
        }
    })
}
