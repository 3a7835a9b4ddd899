//! The prompt that asks before a resource is removed, and shows the tokens that hold its permissions.

use super::{edit::current_version, editor::stored_by_now};
use crate::{
    components::{ChangeForm, FormNotice, FormState, HolderList, PromptActions, change, prompt_content},
    domain::{Removal, ResourceToEdit, WHEN_REMOVED, tokens_in_words},
    paths,
    server_fns::{LoadResource, RemoveResource},
    ui::{Notice, Tone, html},
};
use leptos::prelude::*;

pub fn remove_prompt() -> AnyView {
    prompt_content::<LoadResource>(question)
}

fn question(about: ResourceToEdit) -> AnyView {
    html! {
        <ChangeForm change={change::<RemoveResource>()}>
            <Inside about />
        </ChangeForm>
    }
}

#[component]
fn Inside(about: ResourceToEdit) -> impl IntoView {
    let (state, name) = (FormState::here(), about.resource.name.clone());
    let version = current_version(about.version.clone());
    html! {
        <input type="hidden" name="name" value=name />
        <input type="hidden" name="version" value=version />
        <div class="dialog-body">
            <FormNotice />
            // After a conflict the question is about what is stored now.
            {move || leaving(stored_by_now(state.error.read().as_ref()).as_ref().unwrap_or(&about))}
        </div>
        <PromptActions submit="Remove" danger=true careful=true />
    }
}

fn leaving(about: &ResourceToEdit) -> AnyView {
    let lead = format!("Remove “{}” and its permissions from the catalogue?", about.resource.label);
    html! { <Leaving lead removal=Removal::of(about) /> }
}

/// The permissions that leave the catalogue, what becomes of them, and the tokens that hold them. Links open in a new
/// tab, so that the question stays open.
#[component]
pub fn Leaving(lead: String, removal: Removal) -> impl IntoView {
    let Removal { permissions, holders } = removal;
    let names: Vec<_> = permissions.into_iter().map(|permission| {
        let href = paths::permission_holders(&permission);
        html! { <li><a class="tag" href=href target="_blank"><code>{permission.to_string()}</code></a></li> }
    }).collect();
    let held = match holders.count {
        0 => "Used by 0 tokens.".to_owned(),
        many => format!("Used by {}. Links open in a new tab.", tokens_in_words(many)),
    };
    html! {
        <p>{lead}</p>
        <ul class="tags leaving">{names}</ul>
        <Notice tone=Tone::Warning text=WHEN_REMOVED />
        <p>{held}</p>
        <HolderList holders link=paths::token_edit in_new_tab=true />
    }
}
