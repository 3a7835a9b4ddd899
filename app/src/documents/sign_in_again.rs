//! The prompt in place of what needs a recent sign-in: it asks for the password and carries what was typed along.

use super::{
    Frame,
    forms::{General, PromptActions, wrong},
};
use crate::{
    documents::settings_header::SettingsHeader,
    domain::{Error, Field},
    paths,
    ui::{Dialog, TextField},
};
use leptos::prelude::*;

/// The field of the password. No other form has one of this name.
pub const SIGN_IN_AGAIN: &str = "sign_in_again";

/// A form that was sent and has to be sent once more, to the same address.
#[derive(Clone, Debug)]
pub struct SentForm {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

pub fn sign_in_again(frame: &Frame, sent: &SentForm, error: Option<&Error>) -> String {
    let (SentForm { action, fields }, error) = (sent.clone(), error.cloned());
    let demonstration = frame.demonstration;
    let who = frame.caller.as_ref().map(|caller| String::from(caller.name.clone())).unwrap_or_default();
    frame.settings("Sign in again · Tokenry", true, move || {
        let back = tab_of(&action);
        let wrong = wrong(error.as_ref(), Field::CurrentPassword);
        let kept = fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        view! {
            <div inert>
                <SettingsHeader tab=back />
            </div>
            <Dialog id="sign-in-again-prompt" title="Sign in again">
                <form class="prompt-form" method="post" action=action>
                    {kept.collect_view()}
                    <div class="dialog-body">
                        <General error />
                        <p>{format!("This needs a sign-in within the last hour. Give the password of {who}, and it goes on: what you typed is kept.")}</p>
                        <TextField name=SIGN_IN_AGAIN id="sign-in-again" label="Password" kind="password" autocomplete="current-password" first=true error=wrong />
                        {demonstration.map(|demonstration| demonstration.who_can_sign_in())}
                    </div>
                    <PromptActions back=back.to_owned() submit="Sign in and go on" />
                </form>
            </Dialog>
        }
        .into_any()
    })
}

/// The list that the form belongs to.
fn tab_of(action: &str) -> &'static str {
    let tabs = [paths::PEOPLE, paths::AUDIT, paths::GENERAL, paths::PERMISSIONS];
    tabs.into_iter().find(|tab| action.starts_with(tab)).unwrap_or(paths::TOKENS)
}
