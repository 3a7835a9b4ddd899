//! The sign-in page.

use super::{
    Demonstration,
    auth_card::AuthCard,
    fields::{ErrorNotice, PasskeyButton, PasswordField},
    ways::{ProviderButtons, SignOutElsewhere, Ways},
    write,
};
use crate::{components::EmailField, domain::Error, paths};
use leptos::prelude::*;

/// The reason why somebody is on the sign-in page, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInReason {
    /// They want to sign in.
    None,
    /// They were on another page, and their session has ended.
    SessionEnded,
    /// The installation is new: there is nobody who could sign in.
    NotSetUp,
}

/// `next` is the place to go to afterwards.
pub fn sign_in(
    demonstration: Option<Demonstration>,
    reason: SignInReason,
    ways: &Ways,
    (email, next): (&str, &str),
    has_passkeys: bool,
    error: Option<&Error>,
) -> String {
    let (email, next, error, ways) = (email.to_owned(), next.to_owned(), error.cloned(), ways.clone());
    if reason == SignInReason::NotSetUp {
        return write("Set up Tokenry", demonstration, not_set_up);
    }
    let (typed, wanted) = (!email.is_empty(), next.clone());
    let no_error = || Signal::stored(String::new());
    write("Sign in", demonstration, move || {
        view! {
            <AuthCard title="Sign in">
                {(reason == SignInReason::SessionEnded && error.is_none()).then(|| view! {
                    <p class="section-hint" role="status">"Your session has ended. Sign in to continue."</p>
                })}
                <SignOutElsewhere way=ways.sign_out />
                <ErrorNotice error />
                <ProviderButtons ways=ways.providers is_only_way=!ways.by_password />
                {ways.by_password.then(|| view! {
                    <form class="auth-form" method="post" action=paths::SIGN_IN>
                        <input type="hidden" name="next" value=next />
                        <EmailField value=email first=!typed error=no_error() />
                        <PasswordField first=typed error=no_error() />
                        <button class="button button-primary" type="submit">"Sign in"</button>
                    </form>
                })}
                {has_passkeys.then(|| view! {
                    <form method="post" action=paths::PASSKEY_SIGN_IN>
                        <input type="hidden" name="next" value=wanted />
                        <PasskeyButton />
                    </form>
                })}
                {ways.by_password.then(|| help(demonstration))}
            </AuthCard>
        }
        .into_any()
    })
}

/// Help for people who cannot sign in.
pub fn help(demonstration: Option<Demonstration>) -> AnyView {
    match demonstration {
        Some(demonstration) => demonstration.who_can_sign_in().into_any(),
        None => view! {
            <p class="field-hint">"Forgot your password? Ask an admin for a reset link."</p>
        }
        .into_any(),
    }
}

fn not_set_up() -> AnyView {
    view! {
        <AuthCard title="Tokenry is not set up yet">
            <p>"Open the set-up link in the server log: it creates the first admin account. A restart prints a new link."</p>
            <p class="field-hint">"Or create the account on the server: "<code>"tokenry person add"</code></p>
        </AuthCard>
    }
    .into_any()
}
