//! Pieces of the documents' forms.

use crate::{
    domain::{Error, Field, Owner, Role},
    ui::{FieldMessages, Notice, TextField, Tone, is_invalid},
};
use leptos::prelude::*;

/// What is wrong with a field; nothing when it is fine.
pub fn wrong(error: Option<&Error>, field: Field) -> Signal<String> {
    Signal::stored(error.and_then(|error| error.detail_for(field)).unwrap_or_default().to_owned())
}

/// Where typing begins: at the first thing that is wrong, or else at the first field.
pub fn begins(error: Option<&Error>, field: Field, first: Field) -> bool {
    let wrong = match error {
        Some(Error::Invalid { errors }) => errors.first().map(|error| error.field),
        _ => None,
    };
    wrong.unwrap_or(first) == field
}

const MEANWHILE: &str = "Somebody else changed this token while you were looking at it. What is stored now stands \
    below: go on as you meant to, or Cancel to leave it so.";

/// An error that no field is to blame for, and what to do about it.
#[component]
pub fn General(error: Option<Error>) -> impl IntoView {
    let error = error.filter(|error| !matches!(error, Error::Invalid { .. }));
    error.map(|error| {
        let text = match &error {
            // What it says of itself is for who edits.
            Error::Conflict { .. } => MEANWHILE.to_owned(),
            other => other.to_string(),
        };
        view! {
            <div class="general" role="alert">
                <Notice tone=Tone::Warning text />
            </div>
        }
    })
}

/// An e-mail address in any script: browsers refuse some of those, or write them in another one, where a field says that
/// it is for addresses.
#[component]
pub fn EmailField(
    value: String,
    first: bool,
    #[prop(default = "off")] autocomplete: &'static str,
    error: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field-label" for="email">"E-mail address"</label>
            <input
                class="input"
                type="text"
                inputmode="email"
                autocapitalize="none"
                spellcheck="false"
                id="email"
                name="email"
                value=value
                autocomplete=autocomplete
                autofocus=first
                aria-describedby="email-error email-theirs"
                aria-invalid=is_invalid(error)
            />
            <FieldMessages id="email" error theirs=Signal::stored(String::new()) />
        </div>
    }
}

/// A new password, twice.
#[component]
pub fn NewPassword(error: Option<Error>, #[prop(optional)] first: bool) -> impl IntoView {
    view! {
        <TextField
            name="password"
            id="password"
            label="New password"
            hint="At least 15 characters. A few words in a row are easy to remember; no digits or signs needed."
            kind="password"
            autocomplete="new-password"
            first={first || begins(error.as_ref(), Field::Password, Field::Name)}
            error=wrong(error.as_ref(), Field::Password)
        />
        <TextField
            name="again"
            id="again"
            label="New password, again"
            kind="password"
            autocomplete="new-password"
            error=Signal::stored(String::new())
        />
    }
}

/// The roles, each with what it means.
#[component]
pub fn RoleChoice(
    chosen: String,
    /// Does a prompt begin here? Left to itself, a dialog begins at the first role, whichever is chosen.
    #[prop(optional)]
    first: bool,
    error: Option<Error>,
) -> impl IntoView {
    view! {
        <fieldset class="field" aria-describedby="role-error">
            <legend class="field-label">"Role"</legend>
            <div class="radios">
                {Role::ALL.map(|role| {
                    let is_chosen = chosen == role.as_str();
                    view! {
                        <label class="radio">
                            <input type="radio" name="role" value=role.as_str() checked=is_chosen autofocus={first && is_chosen} />
                            <span>
                                <span class="radio-name">{role.as_str()}</span>
                                <span class="field-hint">{role.in_words()}</span>
                            </span>
                        </label>
                    }
                }).collect_view()}
            </div>
            <FieldMessages id="role" error=wrong(error.as_ref(), Field::Role) theirs=Signal::stored(String::new()) />
        </fieldset>
    }
}

/// Whom tokens are given to.
#[component]
pub fn RecipientChoice(
    recipients: Vec<Owner>,
    error: Option<Error>,
    /// Whoever was chosen before, by id.
    #[prop(optional)]
    chosen: String,
) -> impl IntoView {
    let error = wrong(error.as_ref(), Field::Owner);
    let invalid = (!error.read_untracked().is_empty()).then_some("true");
    view! {
        <div class="field">
            <label class="field-label" for="owner">"Who answers for this from now on"</label>
            <select class="input" id="owner" name="owner" autofocus aria-describedby="owner-error" aria-invalid=invalid>
                <option value="">"Choose a person"</option>
                {recipients.into_iter().map(|owner| view! {
                    <option value=owner.id.to_string() selected={owner.id.to_string() == chosen}>{String::from(owner.name)}</option>
                }).collect_view()}
            </select>
            <FieldMessages id="owner" error theirs=Signal::stored(String::new()) />
        </div>
    }
}

/// The two ways out of a prompt. The link is where Escape leads too.
#[component]
pub fn PromptActions(
    back: String,
    submit: &'static str,
    #[prop(optional)] danger: bool,
    /// Begins at the way that changes nothing.
    #[prop(optional)]
    careful: bool,
    /// What stands apart from the two.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="dialog-actions">
            {children.map(|children| children())}
            <a class="button" href=back data-dismiss="" autofocus=careful>"Cancel"</a>
            <button class=if danger { "button button-danger" } else { "button button-primary" } type="submit">{submit}</button>
        </div>
    }
}
