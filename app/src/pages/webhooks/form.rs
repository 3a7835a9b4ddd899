//! The prompts that create and edit a webhook.

use crate::{
    components::{ChangeForm, FormNotice, FormState, PromptActions, change, prompt_content},
    domain::{EventKind, Field, TOKEN_NAME_CHARS_MAX, WebhookData, WebhookForm},
    server_fns::{CreateWebhook, EditWebhook, LoadNewWebhook, LoadWebhook},
    ui::{FieldMessages, TextField, html},
};
use leptos::prelude::*;

const URL_HINT: &str =
    "Messages are posted here as JSON and signed (Standard Webhooks). Redirects are not followed.";

pub fn create_prompt() -> AnyView {
    prompt_content::<LoadNewWebhook>(|()| {
        html! {
            <ChangeForm change={change::<CreateWebhook>()}>
                <div class="dialog-body">
                    <FormNotice />
                    {fields(WebhookForm::default())}
                </div>
                <PromptActions submit="Create" />
            </ChangeForm>
        }
    })
}

pub fn edit_prompt() -> AnyView {
    prompt_content::<LoadWebhook>(|WebhookData { webhook, .. }| {
        let first = WebhookForm { name: webhook.name, url: webhook.url, kinds: webhook.heard.as_sent() };
        let is_paused = webhook.sending.paused_at.is_some();
        html! {
            <ChangeForm change={change::<EditWebhook>()}>
                <input type="hidden" name="id" value=webhook.id.to_string() />
                <input type="hidden" name="version" value=webhook.version.to_string() />
                <div class="dialog-body">
                    <FormNotice />
                    {fields(first)}
                    {paused(is_paused)}
                </div>
                <PromptActions submit="Save" />
            </ChangeForm>
        }
    })
}

fn fields(first: WebhookForm) -> AnyView {
    let state = FormState::here();
    html! {
        <TextField
            name="name"
            id="name"
            label="Name"
            value=state.typed("name", first.name)
            first=state.begins(Field::Name, Field::Name)
            max=TOKEN_NAME_CHARS_MAX
            error=state.problem(Field::Name)
        />
        <TextField
            name="url"
            id="url"
            label="URL"
            kind="url"
            hint=URL_HINT
            value=state.typed("url", first.url)
            first=state.begins(Field::Url, Field::Name)
            error=state.problem(Field::Url)
        />
        {kinds(&first.kinds)}
    }
}

fn kinds(first: &[String]) -> AnyView {
    let state = FormState::here();
    let sent = state.sent().read_untracked().clone();
    let chosen: Vec<String> = if sent.is_empty() {
        first.to_vec()
    } else {
        sent.into_iter().filter(|(name, _)| name == "kinds").map(|(_, kind)| kind).collect()
    };
    let tick = |value: &'static str, label: &'static str| {
        let is_chosen = chosen.iter().any(|kind| kind == value);
        html! {
            <label class="radio">
                <input type="checkbox" name="kinds" value=value checked=is_chosen />
                <span>{label}</span>
            </label>
        }
    };
    let groups: Vec<_> = EventKind::GROUPS
        .into_iter()
        .map(|group| {
            let kinds = EventKind::ALL.iter().filter(|kind| kind.group() == group);
            let ticks: Vec<_> = kinds.map(|kind| tick(kind.as_str(), kind.in_words())).collect();
            html! {
                <details class="fold">
                    <summary class="fold-summary"><span class="fold-title">{group}</span></summary>
                    <div class="webhook-kinds">{ticks}</div>
                </details>
            }
        })
        .collect();
    html! {
        <fieldset class="field" aria-describedby="kinds-error">
            <legend class="field-label">"Events"</legend>
            {tick("*", "Everything, in order: the whole audit log, also what later versions add")}
            {groups}
            <FieldMessages id="kinds" error=state.problem(Field::Kinds) theirs=Signal::stored(String::new()) />
        </fieldset>
    }
}

fn paused(is_paused: bool) -> AnyView {
    let state = FormState::here();
    let sent = state.sent().read_untracked().clone();
    let is_paused = if sent.is_empty() { is_paused } else { sent.iter().any(|(name, _)| name == "paused") };
    html! {
        <div class="field">
            <label class="radio">
                <input type="checkbox" name="paused" value="yes" checked=is_paused />
                <span>"Paused: events wait until this is taken away"</span>
            </label>
        </div>
    }
}
