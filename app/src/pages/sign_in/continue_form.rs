//! The page that answers a form sent without a session, or with one that is too old for it: it asks to sign in, and
//! carries the input along.

use super::{
    Demonstration,
    auth_card::AuthCard,
    fields::{ErrorNotice, PasswordField, problem},
    sign_in::help,
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
    Anybody { email: &'a str },
    /// Somebody signed in too long ago.
    Person(&'a PersonName),
}

pub fn continue_form(
    demonstration: Option<Demonstration>,
    sent: &SentForm,
    who: &WhoSignsIn<'_>,
    error: Option<&Error>,
) -> String {
    let (SentForm { action, fields, back, is_whole }, error) = (sent.clone(), error.cloned());
    let (title, why, email) = match who {
        WhoSignsIn::Anybody { email } => {
            ("Sign in to continue", "Your session has ended.".to_owned(), Some((*email).to_owned()))
        }
        WhoSignsIn::Person(name) => {
            let name = name.as_str();
            let why = format!(
                "This needs a sign-in within the last hour. Enter the password of {name} to continue."
            );
            ("Sign in again", why, None)
        }
    };
    let kept = match is_whole {
        true => "What you entered is kept, and sent after you sign in.",
        false => "Passwords are not kept: enter them again after you sign in.",
    };
    let typed = email.as_ref().is_none_or(|email| !email.is_empty());
    write(title, demonstration, move || {
        let kept_fields =
            fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        let wrong = problem(error.as_ref(), Field::CurrentPassword);
        let is_anybody = email.is_some();
        view! {
            <AuthCard title>
                <p class="section-hint">{why}" "{kept}</p>
                <form class="auth-form" method="post" action=action>
                    {kept_fields.collect_view()}
                    {(!is_whole).then(|| view! { <input type="hidden" name=PASSWORDS_DROPPED value="1" /> })}
                    <ErrorNotice error />
                    {email.map(|value| view! {
                        <EmailField name=EMAIL value first=!typed error=Signal::stored(String::new()) />
                    })}
                    <PasswordField name=PASSWORD first=typed error=wrong />
                    <button class="button button-primary" type="submit">"Sign in and continue"</button>
                    <a class="button" href=back>"Cancel"</a>
                </form>
                {(is_anybody || demonstration.is_some()).then(|| help(demonstration))}
            </AuthCard>
        }
        .into_any()
    })
}
