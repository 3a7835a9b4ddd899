//! Parts of the forms for people who are not signed in.

use crate::{
    domain::{Error, Field},
    paths,
    ui::{Notice, TextField, Tone},
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

/// The current password of somebody.
#[component]
pub fn PasswordField(
    #[prop(default = "password")] name: &'static str,
    first: bool,
    error: Signal<String>,
) -> impl IntoView {
    view! {
        <TextField name id="password" label="Password" kind="password" autocomplete="current-password" first error />
        <ShowPasswords />
    }
}

/// A code of an authenticator app, or a recovery code.
#[component]
pub fn CodeField(
    #[prop(default = "code")] name: &'static str,
    hint: &'static str,
    #[prop(optional)] first: bool,
    error: Signal<String>,
) -> impl IntoView {
    view! { <TextField name id="code" label="Code" hint autocomplete="one-time-code" first error /> }
}

/// Signs in with a passkey, in a form of its own or as part of another one. Shown where the browser has passkeys.
#[component]
pub fn PasskeyButton(#[prop(default = "passkey")] name: &'static str) -> impl IntoView {
    view! {
        <div class="auth-form" data-needs-passkeys="" hidden>
            <input type="hidden" name=name data-passkey-answer="" />
            <button class="button" type="submit" data-passkey=paths::PASSKEY_SIGN_IN_BEGIN>"Use a passkey"</button>
            <p class="field-error" role="status" data-passkey-said=""></p>
        </div>
        <script type="module" src="/passkeys.js"></script>
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
        <ShowPasswords />
    }
}

/// Shows what is typed into the password fields of its form. A script of its own does that: nothing hydrates these
/// pages.
#[component]
fn ShowPasswords() -> impl IntoView {
    view! {
        <label class="radio" data-show-passwords="" hidden>
            <input type="checkbox" />
            <span>"Show what you type"</span>
        </label>
        <script type="module" src="/show-passwords.js"></script>
    }
}
