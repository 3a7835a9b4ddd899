//! The form of the settings. It asks before saving rules that would affect tokens.

use super::question::question;
use crate::{
    FormOutcome,
    components::{ChangeForm, FormNotice, FormState, change},
    domain::{Error, FactorRule, Field, GeneralData, Workspace, WorkspaceForm},
    paths,
    server_fns::ChangeWorkspace,
    ui::{FieldMessages, TextField, html, is_invalid},
};
use leptos::prelude::*;

pub fn settings(data: GeneralData) -> AnyView {
    html! {
        <ChangeForm change={change::<ChangeWorkspace>()} class="general-form">
            <Inside data />
        </ChangeForm>
    }
}

#[component]
fn Inside(data: GeneralData) -> impl IntoView {
    let GeneralData { workspace, started_prefix, .. } = data;
    let (state, stored) = (FormState::here(), WorkspaceForm::of(&workspace));
    let first = typed(stored);
    // The page that answers a plain post is used without scripts, so everything behind a question is made inert here.
    let is_question = state.error.with_untracked(|error| matches!(error, Some(Error::Stricter { .. })));
    let is_behind = FormOutcome::here().is_some() && is_question;
    // After a conflict, the next attempt starts from the stored version.
    let version = Signal::derive(move || {
        let stored = stored_by_now(state.error.read().as_ref());
        stored.as_ref().unwrap_or(&workspace).version.to_string()
    });
    let is_late = move || matches!(state.error.read().as_ref(), Some(Error::WorkspaceChanged { .. }));
    let prefix_hint = format!("Applies to new secrets only. Default: {}", started_prefix.as_str());
    html! {
        <input type="hidden" name="version" value=version />
        <FormNotice />
        <div class="sections" inert=is_behind>
            <div class="card section">
                <h3 class="section-title">"Workspace"</h3>
                {text("name", "Name", "Shown in the navigation. Leave empty for Tokenry.", first.name, Field::Name)}
                {text("prefix", "Prefix of secrets", prefix_hint, first.prefix, Field::Prefix)}
            </div>
            <div class="card section">
                <h3 class="section-title">"Tokens"</h3>
                {days("lifetime_days", "Longest lifetime", LIFETIME, first.lifetime_days, Field::LifetimeDays)}
                <div class="field">
                    <label class="radio">
                        <input type="checkbox" name="expiry_required" id="expiry-required" value="true"
                            checked=first.expiry_required aria-describedby="expiry-required-hint expiry-required-theirs" />
                        <span class="radio-name">"Every token has to expire"</span>
                    </label>
                    <p class="field-hint" id="expiry-required-hint">"Tokens without an expiry are not allowed. A longest lifetime implies this."</p>
                    <FieldMessages id="expiry-required" error=Signal::stored(String::new()) theirs=theirs("expiry_required") />
                </div>
                {days("idle_days", "Idle after", "A token that is not used for this long is shown as idle.", first.idle_days, Field::IdleDays)}
                {days("undo_days", "Deleted tokens can be restored for", UNDO, first.undo_days, Field::UndoDays)}
            </div>
            <div class="card section">
                <h3 class="section-title">"Sign-in"</h3>
                {second_factor(&first.second_factor)}
            </div>
        </div>
        <div class="general-actions" inert=is_behind>
            <button class="button button-primary" type="submit">"Save"</button>
            // A full page load, which discards what was typed.
            {move || is_late().then(|| html! { <a class="button" href=paths::GENERAL rel="external">"Cancel"</a> })}
        </div>
        {move || state.error.with(question)}
    }
}

const LIFETIME: &str = "Counted from the day the expiry is set. Leave empty for no limit.";
const UNDO: &str = "Revoked secrets never work again: a restored token gets a new one. 0: deleted tokens cannot be restored.";

/// The values that were sent and refused, or else the stored ones.
fn typed(stored: WorkspaceForm) -> WorkspaceForm {
    let state = FormState::here();
    let was_required = if stored.expiry_required { "true" } else { "" };
    WorkspaceForm {
        name: state.typed("name", stored.name),
        prefix: state.typed("prefix", stored.prefix),
        lifetime_days: state.typed("lifetime_days", stored.lifetime_days),
        expiry_required: state.typed("expiry_required", was_required) == "true",
        idle_days: state.typed("idle_days", stored.idle_days),
        undo_days: state.typed("undo_days", stored.undo_days),
        second_factor: state.typed("second_factor", stored.second_factor),
    }
}

/// After a conflict, the stored workspace.
fn stored_by_now(error: Option<&Error>) -> Option<Workspace> {
    let Some(Error::WorkspaceChanged { current }) = error else { return None };
    current.unfold()
}

/// After a conflict, the value stored by now in a field, if it is not the one that was sent.
fn theirs(name: &'static str) -> Signal<String> {
    let state = FormState::here();
    Signal::derive(move || {
        let error = state.error.read();
        let Some(current) = stored_by_now(error.as_ref()) else { return String::new() };
        let (now, sent) = (WorkspaceForm::of(&current), state.typed(name, String::new()));
        let required = |is_so| if is_so { "required" } else { "not required" };
        let (now, sent) = match name {
            "name" => (now.name, sent),
            "prefix" => (now.prefix, sent),
            "lifetime_days" => (now.lifetime_days, sent),
            "idle_days" => (now.idle_days, sent),
            "undo_days" => (now.undo_days, sent),
            "second_factor" => (now.second_factor, sent),
            _ => (required(now.expiry_required).to_owned(), required(!sent.is_empty()).to_owned()),
        };
        match now.as_str() {
            now if now == sent => String::new(),
            "" => "Their value: nothing".to_owned(),
            now => format!("Their value: {now}"),
        }
    })
}

/// Whether this field gets the focus: only the first one that is invalid does.
fn is_first_wrong(field: Field) -> bool {
    let state = FormState::here();
    let is_wrong = !state.problem(field).get_untracked().is_empty();
    is_wrong && state.begins(field, field)
}

fn text(
    name: &'static str,
    label: &'static str,
    hint: impl Into<String>,
    value: String,
    field: Field,
) -> AnyView {
    let (first, error) = (is_first_wrong(field), FormState::here().problem(field));
    html! { <TextField name id=name label hint=hint.into() value first error theirs=theirs(name) /> }
}

/// The people who need a second factor.
fn second_factor(chosen: &str) -> AnyView {
    let chosen = chosen.to_owned();
    html! {
        <fieldset class="field" aria-describedby="second-factor-hint second-factor-theirs">
            <legend class="field-label">"Second factor"</legend>
            <p class="field-hint" id="second-factor-hint">
                "A passkey or an authenticator app beside the password. Whoever needs one and has none sets it up at the \
                 next sign-in."
            </p>
            <div class="radios">
                {FactorRule::ALL.map(|rule| html! {
                    <label class="radio">
                        <input type="radio" name="second_factor" value=rule.as_str() checked={chosen == rule.as_str()} />
                        <span>{rule.in_words()}</span>
                    </label>
                }).collect_view()}
            </div>
            <FieldMessages id="second-factor" error=FormState::here().problem(Field::SecondFactor)
                theirs=theirs("second_factor") />
        </fieldset>
    }
}

/// A field for a number of days. It is a text input, so that an invalid number is reported beside the field in the same
/// words as everything else.
fn days(name: &'static str, label: &'static str, hint: &'static str, value: String, field: Field) -> AnyView {
    let (first, error) = (is_first_wrong(field), FormState::here().problem(field));
    html! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <p class="field-hint" id=format!("{name}-hint")>{hint}</p>
            <div class="days">
                <input
                    class="input days-number"
                    type="text"
                    inputmode="numeric"
                    id=name
                    name=name
                    value=value
                    autocomplete="off"
                    autofocus=first
                    aria-describedby=format!("{name}-unit {name}-hint {name}-error {name}-theirs")
                    aria-invalid=is_invalid(error)
                />
                <span id=format!("{name}-unit")>"days"</span>
            </div>
            <FieldMessages id=name error theirs=theirs(name) />
        </div>
    }
}
