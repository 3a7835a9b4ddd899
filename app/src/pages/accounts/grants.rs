//! The prompt that changes what an account may give. It asks before anything is taken from existing tokens.

use crate::{
    FormOutcome,
    components::{ChangeForm, FormNotice, FormState, PromptActions, Question, change, prompt_content},
    domain::{AccountPrompt, COUNT_MAX, Catalogue, Error, Field, Grants, Loss, Losses},
    paths,
    server_fns::{ChangeGrants, LoadAccountPrompt},
    ui::{FieldMessages, html},
};
use leptos::prelude::*;

pub fn grants_prompt() -> AnyView {
    prompt_content::<LoadAccountPrompt>(form)
}

fn form(data: AccountPrompt) -> AnyView {
    html! {
        <ChangeForm change={change::<ChangeGrants>()}>
            <Inside data />
        </ChangeForm>
    }
}

#[component]
fn Inside(data: AccountPrompt) -> impl IntoView {
    let AccountPrompt { page, catalogue, .. } = data;
    let state = FormState::here();
    let (id, stored) = page.map(|page| (page.row.account.id.to_string(), page.grants)).unwrap_or_default();
    let sent = state.sent().get_untracked();
    let seen = match sent.is_empty() {
        true => stored.to_line(),
        false => state.typed("seen", ""),
    };
    let chosen: Vec<String> = match sent.is_empty() {
        true => stored.iter().map(ToString::to_string).collect(),
        false => sent.into_iter().filter(|(name, _)| name == "grants").map(|(_, value)| value).collect(),
    };
    // The page that answers a plain post is used without scripts, so everything behind a question is made inert here.
    let is_behind = FormOutcome::here().is_some() && state.error.with_untracked(is_question);
    html! {
        <input type="hidden" name="id" value=id />
        <input type="hidden" name="seen" value=seen />
        <div class="dialog-body" inert=is_behind>
            <FormNotice />
            {choices(catalogue, &chosen, &stored)}
            <FieldMessages id="grants" error=state.problem(Field::Permissions) theirs=Signal::stored(String::new()) />
        </div>
        <div inert=is_behind>
            <PromptActions submit="Save" />
        </div>
        {move || state.error.with(question)}
    }
}

/// Everything, whole resources, and single permissions; then grants that the catalogue does not know any more.
fn choices(catalogue: Catalogue, chosen: &[String], stored: &Grants) -> AnyView {
    let mut known = vec!["*".to_owned()];
    let mut rows = vec![("Everything".to_owned(), vec![("*".to_owned(), "All of the catalogue".to_owned())])];
    for resource in catalogue.resources {
        let all = (format!("{}:*", resource.name), "All".to_owned());
        let each =
            resource.permissions().map(|(action, permission)| (permission.to_string(), action.label.clone()));
        let choices: Vec<_> = std::iter::once(all).chain(each).collect();
        known.extend(choices.iter().map(|(grant, _)| grant.clone()));
        rows.push((resource.label.clone(), choices));
    }
    let gone: Vec<_> =
        stored.iter().map(ToString::to_string).filter(|grant| !known.contains(grant)).collect();
    if !gone.is_empty() {
        let gone = gone.into_iter().map(|grant| (grant.clone(), grant)).collect();
        rows.push(("No longer in the catalogue".to_owned(), gone));
    }
    let row = |(label, choices): (String, Vec<(String, String)>)| {
        let group = label.clone();
        let choices = choices
            .into_iter()
            .map(|(value, label)| {
                let is_chosen = chosen.contains(&value);
                html! {
                    <label class="choice">
                        <input type="checkbox" name="grants" value=value checked=is_chosen />
                        <span>{label}</span>
                    </label>
                }
            })
            .collect_view();
        html! {
            <div class="permission-row" role="group" aria-label=group>
                <span class="permission-resource">{label}</span>
                <span class="choices">{choices}</span>
            </div>
        }
    };
    html! {
        <fieldset class="field permissions">
            <legend class="field-label">"May give"</legend>
            <div class="permission-rows">{rows.into_iter().map(row).collect_view()}</div>
        </fieldset>
    }
}

fn is_question(error: &Option<Error>) -> bool {
    matches!(error, Some(Error::TakesAway { .. }))
}

fn question(error: &Option<Error>) -> Option<AnyView> {
    let Some(Error::TakesAway { losses }) = error else { return None };
    let losses = losses.unfold()?;
    Some(html! {
        <Question id="grants-question" title="Take permissions from tokens?" submit="Take and save" name="confirmed" value="true".to_owned() danger=true>
            {lost(losses)}
        </Question>
    })
}

/// The tokens that can do less, each with what it loses. Links open in a new tab, so that the question stays open.
pub fn lost(losses: Losses) -> AnyView {
    let said = match losses.are_none() {
        true => "No token loses a permission by this.".to_owned(),
        false => losses.in_words(),
    };
    let shown = u64::try_from(losses.first.len()).unwrap_or(u64::MAX);
    let count = losses.count.unwrap_or_default();
    let rest = match count.saturating_sub(shown) {
        0 => None,
        _ if count > COUNT_MAX => Some("And many more.".to_owned()),
        more => Some(format!("And {more} more.")),
    };
    let lines = losses
        .first
        .into_iter()
        .map(|Loss { token, permissions }| {
            html! {
                <li>
                    <a href=paths::token(token.id) target="_blank">{String::from(token.name)}</a>
                    " "
                    <span class="holder-owner">{String::from(token.owner.name)}</span>
                    ": "
                    <code>{permissions.to_line()}</code>
                </li>
            }
        })
        .collect_view();
    html! {
        <p>{said}</p>
        {(shown > 0).then(|| html! { <ul class="holders">{lines}</ul> })}
        {rest.map(|rest| html! { <p class="section-hint">{rest}</p> })}
    }
}
