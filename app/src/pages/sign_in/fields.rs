//! Parts of the forms for people who are not signed in.

use crate::{
    domain::{Error, Field},
    ui::{FieldMessages, Notice, TextField, Tone, is_invalid},
};
use leptos::prelude::*;

/// The error of a field; empty if it is fine.
pub fn problem(error: Option<&Error>, field: Field) -> Signal<String> {
    Signal::stored(error.and_then(|error| error.detail_for(field)).unwrap_or_default().to_owned())
}

/// Whether the focus starts in this field: the first one that is invalid, or else the first one.
pub fn begins(error: Option<&Error>, field: Field, first: Field) -> bool {
    let wrong = match error {
        Some(Error::Invalid { errors }) => errors.first().map(|error| error.field),
        _ => None,
    };
    wrong.unwrap_or(first) == field
}

/// An error that belongs to no field.
#[component]
pub fn ErrorNotice(error: Option<Error>) -> impl IntoView {
    let error = error.filter(|error| !matches!(error, Error::Invalid { .. }));
    error.map(|error| {
        // The other errors pass with time.
        let tone = if error == Error::SignInRefused { Tone::Danger } else { Tone::Warning };
        view! { <div class="general" role="alert"><Notice tone text=error.to_string() /></div> }
    })
}

/// A field for an e-mail address in any script. Its type is not `email`, because browsers then refuse some scripts or
/// write the address in another one.
#[component]
pub fn EmailField(
    #[prop(default = "email")] name: &'static str,
    value: String,
    first: bool,
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
                name=name
                value=value
                autocomplete="username"
                autofocus=first
                aria-describedby="email-error email-theirs"
                aria-invalid=is_invalid(error)
            />
            <FieldMessages id="email" error theirs=Signal::stored(String::new()) />
        </div>
    }
}

/// The current password of somebody.
#[component]
pub fn PasswordField(
    #[prop(default = "password")] name: &'static str,
    first: bool,
    error: Signal<String>,
) -> impl IntoView {
    view! {
        <TextField name id="password" label="Password" kind="password" autocomplete="current-password" first error />
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
            hint="At least 15 characters. A few words in a row are easy to remember. No numbers or symbols required."
            kind="password"
            autocomplete="new-password"
            first={first || begins(error.as_ref(), Field::Password, Field::Name)}
            error=problem(error.as_ref(), Field::Password)
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
