//! The page that answers a form sent without a session, or with one that is too old for it: it asks to sign in, and
//! carries the input along.

use super::{
    Demonstration,
    auth_card::AuthCard,
    fields::{CodeField, ErrorNotice, PasskeyButton, PasswordField, problem},
    sign_in::help,
    ways::{Way, Ways},
    write,
};
use crate::{
    components::EmailField,
    domain::{Error, Field, PersonName},
};
use leptos::prelude::*;

/// The fields of this page. No other form has one of these names.
pub const EMAIL: &str = "sign_in_email";
pub const PASSWORD: &str = "sign_in_again";
pub const CODE: &str = "sign_in_code";
pub const PASSKEY: &str = "sign_in_passkey";
/// Says that passwords were typed, which are not carried along, so that the form cannot be sent again.
pub const PASSWORDS_DROPPED: &str = "sign_in_dropped";

/// A form that was sent, and is sent to the same address again.
#[derive(Clone, Debug)]
pub struct SentForm {
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// The link for people who do not want to sign in.
    pub back: String,
    pub is_whole: bool,
}

/// The person whose password is asked for.
pub enum WhoSignsIn<'a> {
    /// Nobody is signed in; this address was typed.
    Anybody { email: &'a str, has_passkeys: bool },
    /// Somebody signed in too long ago; a code is asked of those with a second factor.
    Person { name: &'a PersonName, has_factor: bool, has_passkeys: bool },
}

pub fn continue_form(
    demonstration: Option<Demonstration>,
    sent: &SentForm,
    who: &WhoSignsIn<'_>,
    ways: &Ways,
    error: Option<&Error>,
) -> String {
    let (sent, ways, error) = (sent.clone(), ways.clone(), error.cloned());
    let has_code_error = error.as_ref().is_some_and(|error| error.detail_for(Field::Code).is_some());
    let (title, why, email, asks_code) = match who {
        WhoSignsIn::Anybody { email, .. } => {
            let why = "Your session has ended.".to_owned();
            ("Sign in to continue", why, Some((*email).to_owned()), has_code_error)
        }
        WhoSignsIn::Person { name, has_factor, .. } => {
            let name = name.as_str();
            let why = match ways.by_password {
                true => format!(
                    "This needs a sign-in within the last hour. Enter the password of {name} to continue."
                ),
                false => format!("This needs a sign-in of {name} within the last hour."),
            };
            ("Sign in again", why, None, *has_factor)
        }
    };
    let (WhoSignsIn::Anybody { has_passkeys, .. } | WhoSignsIn::Person { has_passkeys, .. }) = *who;
    let kept = match sent.is_whole {
        true => "What you entered is kept, and sent after you sign in.",
        false => "Passwords are not kept: enter them again after you sign in.",
    };
    let typed = email.as_ref().is_none_or(|email| !email.is_empty());
    write(title, demonstration, move || {
        let wrong = problem(error.as_ref(), Field::CurrentPassword);
        let wrong_code = problem(error.as_ref(), Field::Code);
        let (is_anybody, by_password) = (email.is_some(), ways.by_password);
        let through =
            (!ways.providers.is_empty()).then(|| through_provider(&sent, ways.providers, !by_password));
        let with_password = by_password.then(|| {
            view! {
                <form class="auth-form" method="post" action=sent.action.clone()>
                    {kept_fields(&sent)}
                    {email.map(|value| view! {
                        <EmailField name=EMAIL value first=!typed error=Signal::stored(String::new()) />
                    })}
                    <PasswordField name=PASSWORD first=typed error=wrong />
                    {asks_code.then(|| view! {
                        <CodeField name=CODE error=wrong_code
                            hint="Six digits from your authenticator app, or a recovery code." />
                    })}
                    <button class="button button-primary" type="submit">"Sign in and continue"</button>
                    <a class="button" href=sent.back.clone()>"Cancel"</a>
                </form>
            }
        });
        view! {
            <AuthCard title>
                <p class="section-hint">{why}" "{kept}</p>
                <ErrorNotice error />
                {through}
                {with_password}
                {has_passkeys.then(|| with_passkey(&sent))}
                {(!by_password).then(|| view! { <a class="button" href=sent.back>"Cancel"</a> })}
                {(by_password && is_anybody || demonstration.is_some()).then(|| help(demonstration))}
            </AuthCard>
        }
        .into_any()
    })
}

/// The providers, in a tab of their own, so that this page keeps what was typed; and a form that sends it afterwards.
fn through_provider(sent: &SentForm, providers: Vec<Way>, is_only_way: bool) -> AnyView {
    let links = providers.into_iter().map(|Way { label, url }| {
        view! {
            <a class="button" class:button-primary=is_only_way href=url target="_blank" rel="noopener">{format!("Sign in with {label}")}</a>
        }
    });
    view! {
        <div class="auth-ways">
            {links.collect_view()}
            <p class="field-hint">"It opens in a new tab. Come back here afterwards."</p>
        </div>
        <form class="auth-form" method="post" action=sent.action.clone()>
            {kept_fields(sent)}
            <button class="button" type="submit">"I have signed in: continue"</button>
        </form>
    }
    .into_any()
}

fn with_passkey(sent: &SentForm) -> AnyView {
    view! {
        <form method="post" action=sent.action.clone()>
            {kept_fields(sent)}
            <PasskeyButton name=PASSKEY />
        </form>
    }
    .into_any()
}

fn kept_fields(sent: &SentForm) -> AnyView {
    let fields = sent
        .fields
        .clone()
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    view! {
        {fields.collect_view()}
        {(!sent.is_whole).then(|| view! { <input type="hidden" name=PASSWORDS_DROPPED value="1" /> })}
    }
    .into_any()
}
