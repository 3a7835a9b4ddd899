//! The prompts that put somebody into a group, and take them out of it.

use super::grants::lost;
use crate::{
    components::{ChangeForm, FormNotice, FormState, PromptActions, change, prompt_content},
    domain::{AccountPrompt, Field, GroupMember, Owner},
    server_fns::{LoadAccountPrompt, PutMember, TakeOutMember},
    ui::{FieldMessages, html, is_invalid},
};
use leptos::prelude::*;

pub fn put_member_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(put)
}

fn put(data: AccountPrompt) -> AnyView {
    html! {
        <ChangeForm change={change::<PutMember>()}>
            <Inside data />
            <PromptActions submit="Save" />
        </ChangeForm>
    }
}

#[component]
fn Inside(data: AccountPrompt) -> impl IntoView {
    let AccountPrompt { page, candidates, member, .. } = data;
    let (is_known, is_steward) = (member.is_some(), member.as_ref().is_some_and(|member| member.is_steward));
    let id = page.map(|page| page.row.account.id.to_string()).unwrap_or_default();
    html! {
        <input type="hidden" name="id" value=id />
        <div class="dialog-body">
            <FormNotice />
            {match member {
                Some(member) => known(member),
                None => choice(candidates),
            }}
            <label class="radio">
                <input type="checkbox" name="is_steward" value="true" checked=is_steward autofocus=is_known />
                <span>"Steward: manages the tokens of the group and of its service accounts"</span>
            </label>
        </div>
    }
}

/// Whoever is in the group already, whatever became of them since.
fn known(member: GroupMember) -> AnyView {
    html! {
        <input type="hidden" name="member" value=member.account.id.to_string() />
        <p>{String::from(member.account.name)}</p>
    }
    .into_any()
}

fn choice(candidates: Vec<Owner>) -> AnyView {
    let state = FormState::here();
    let error = state.problem(Field::Owner);
    let chosen = state.typed("member", "");
    let options = candidates
        .into_iter()
        .map(|owner| {
            let id = owner.id.to_string();
            let selected = id == chosen;
            html! { <option value=id selected=selected>{String::from(owner.name)}</option> }
        })
        .collect_view();
    html! {
        <div class="field">
            <label class="field-label" for="member">"Person or service account"</label>
            <select class="input" id="member" name="member" autofocus aria-describedby="member-error" aria-invalid=is_invalid(error)>
                <option value="">"Choose somebody"</option>
                {options}
            </select>
            <FieldMessages id="member" error theirs=Signal::stored(String::new()) />
        </div>
    }
    .into_any()
}

pub fn take_out_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(take_out)
}

fn take_out(AccountPrompt { page, member, losses, .. }: AccountPrompt) -> AnyView {
    let (Some(page), Some(member)) = (page, member) else { return ().into_any() };
    let account = page.row.account;
    let lead = format!("Take {} out of {}?", member.account.name.as_str(), account.name.as_str());
    html! {
        <ChangeForm change={change::<TakeOutMember>()}>
            <input type="hidden" name="id" value=account.id.to_string() />
            <input type="hidden" name="member" value=member.account.id.to_string() />
            <div class="dialog-body">
                <FormNotice />
                <p>{lead}</p>
                {lost(losses)}
            </div>
            <PromptActions submit="Take out" danger=true careful=true />
        </ChangeForm>
    }
}
