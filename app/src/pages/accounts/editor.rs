//! The prompts that make a group or a service account, and that change one.

use crate::{
    components::{ChangeForm, FormNotice, FormState, MetadataField, PromptActions, change, prompt_content},
    domain::{AccountForm, AccountKind, AccountPrompt, DESCRIPTION_CHARS_MAX, Field, Owner},
    server_fns::{CreateAccount, EditAccount, LoadAccountPrompt},
    ui::{FieldMessages, TextField, html, is_invalid},
};
use leptos::prelude::*;

pub fn new_account_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(new)
}

fn new(AccountPrompt { kind, groups, .. }: AccountPrompt) -> AnyView {
    html! {
        <ChangeForm change={change::<CreateAccount>()}>
            <input type="hidden" name="kind" value=kind.as_str() />
            <Fields kind groups at_first=AccountForm::default() />
            <PromptActions submit="Create" />
        </ChangeForm>
    }
}

pub fn edit_account_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(edit)
}

fn edit(AccountPrompt { kind, groups, page, .. }: AccountPrompt) -> AnyView {
    let Some(account) = page.map(|page| page.row.account) else { return ().into_any() };
    let at_first = AccountForm {
        name: account.name.into(),
        purpose: account.purpose.into(),
        stewards: account.stewards.map(|group| group.id.to_string()).unwrap_or_default(),
        metadata: account.metadata.as_str().to_owned(),
    };
    html! {
        <ChangeForm change={change::<EditAccount>()}>
            <input type="hidden" name="id" value=account.id.to_string() />
            <Fields kind groups at_first />
            <PromptActions submit="Save" />
        </ChangeForm>
    }
}

#[component]
fn Fields(kind: AccountKind, groups: Vec<Owner>, at_first: AccountForm) -> impl IntoView {
    let AccountForm { name, purpose, stewards, metadata } = at_first;
    let state = FormState::here();
    let (name, first) = (state.typed("name", name), state.begins(Field::Name, Field::Name));
    let purpose = state.typed("purpose", purpose);
    let stewards = state.typed("stewards", stewards);
    let metadata = state.typed("metadata", metadata);
    html! {
        <div class="dialog-body">
            <FormNotice />
            <TextField name="name" id="name" label="Name" value=name first error=state.problem(Field::Name) />
            <TextField
                name="purpose"
                id="purpose"
                label="Purpose"
                hint="What it is for"
                value=purpose
                max=DESCRIPTION_CHARS_MAX
                error=state.problem(Field::Purpose)
            />
            {(kind == AccountKind::Service).then(|| choice(groups, &stewards))}
            <MetadataField value=metadata theirs=Signal::stored(String::new()) />
        </div>
    }
}

fn choice(groups: Vec<Owner>, chosen: &str) -> AnyView {
    let error = FormState::here().problem(Field::Stewards);
    let options = groups
        .into_iter()
        .map(|group| {
            let id = group.id.to_string();
            let selected = id == chosen;
            html! { <option value=id selected=selected>{String::from(group.name)}</option> }
        })
        .collect_view();
    html! {
        <div class="field">
            <label class="field-label" for="stewards">"Managed by the stewards of"</label>
            <select class="input" id="stewards" name="stewards" aria-describedby="stewards-error" aria-invalid=is_invalid(error)>
                <option value="">"Nobody but admins"</option>
                {options}
            </select>
            <FieldMessages id="stewards" error theirs=Signal::stored(String::new()) />
        </div>
    }
}
