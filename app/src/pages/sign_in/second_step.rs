//! The pages after the password: the code of a second factor, setting one up where the role needs it, and the recovery
//! codes that come with it.

use super::{
    Demonstration,
    auth_card::AuthCard,
    fields::{CodeField, ErrorNotice, PasskeyButton, problem},
    write,
};
use crate::{
    components::app_key,
    domain::{Error, Field, NewApp, NewCodes},
    paths,
};
use leptos::prelude::*;

/// Asks for a code or a passkey, whichever the person has.
pub fn second_factor(
    demonstration: Option<Demonstration>,
    (has_app, has_passkeys, has_codes): (bool, bool, bool),
    next: &str,
    error: Option<&Error>,
) -> String {
    let (next, error) = (next.to_owned(), error.cloned());
    write("Second factor", demonstration, move || {
        let hint = match (has_app, has_codes) {
            (true, true) => "Six digits from your authenticator app, or one of your recovery codes.",
            (true, false) => "Six digits from your authenticator app.",
            (false, _) => "One of your recovery codes.",
        };
        view! {
            <AuthCard title="Second factor">
                <ErrorNotice error=error.clone() />
                {(has_app || has_codes).then(|| view! {
                    <form class="auth-form" method="post" action=paths::SECOND_FACTOR>
                        <input type="hidden" name="next" value=next.clone() />
                        <CodeField hint first=true error=problem(error.as_ref(), Field::Code) />
                        <button class="button button-primary" type="submit">"Continue"</button>
                    </form>
                })}
                {has_passkeys.then(|| view! {
                    <form method="post" action=paths::SECOND_FACTOR>
                        <input type="hidden" name="next" value=next />
                        <PasskeyButton />
                    </form>
                })}
                <p class="field-hint">"Lost it? An admin can reset your second factors."</p>
                <a href=paths::SIGN_IN>"Sign in as somebody else"</a>
            </AuthCard>
        }
        .into_any()
    })
}

pub fn set_up_app(
    demonstration: Option<Demonstration>,
    app: &NewApp,
    next: &str,
    error: Option<&Error>,
) -> String {
    let (app, next, error) = (app.clone(), next.to_owned(), error.cloned());
    write("Set up a second factor", demonstration, move || {
        view! {
            <AuthCard title="Set up a second factor">
                <p class="section-hint">
                    "Your role needs a second factor. Scan the picture with an authenticator app, then enter the six \
                     digits that it shows. You can add passkeys in your profile afterwards."
                </p>
                <form class="auth-form" method="post" action=paths::SECOND_FACTOR>
                    <ErrorNotice error=error.clone() />
                    <input type="hidden" name="next" value=next />
                    {app_key(app)}
                    <CodeField hint="Six digits from your authenticator app." first=true
                        error=problem(error.as_ref(), Field::Code) />
                    <button class="button button-primary" type="submit">"Set up and sign in"</button>
                </form>
            </AuthCard>
        }
        .into_any()
    })
}

/// Shows recovery codes once.
pub fn recovery_codes(demonstration: Option<Demonstration>, codes: &NewCodes, next: &str) -> String {
    let (codes, next) = (codes.codes.clone(), next.to_owned());
    write("Recovery codes", demonstration, move || {
        view! {
            <AuthCard title="Recovery codes">
                <p class="section-hint">
                    "If you lose your authenticator app, each of these signs you in once. Keep them in a safe place: they \
                     are not shown again."
                </p>
                <pre class="secret-text" tabindex="0" aria-label="Recovery codes">{codes}</pre>
                <a class="button button-primary" href=next>"I have kept them"</a>
            </AuthCard>
        }
        .into_any()
    })
}
