//! The prompt that gives one token to another person.

use super::{
    Frame,
    forms::{General, PromptActions, RecipientChoice},
};
use crate::{
    components::SettingsHeader,
    domain::{Error, Owner, Token},
    paths,
    ui::Dialog,
};
use leptos::prelude::*;

pub fn hand_over(frame: &Frame, token: &Token, recipients: Vec<Owner>, error: Option<&Error>) -> String {
    let (token, error) = (token.clone(), error.cloned());
    frame.settings("Hand over token · Tokenry", true, move || {
        let recipients = recipients.into_iter().filter(|owner| owner.id != token.owner.id).collect();
        let sentence = format!(
            "“{}” belongs to {}. Its secret and permissions stay as they are.",
            token.name.as_str(),
            token.owner.name.as_str()
        );
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="hand-over-prompt" title="Hand over token">
                <form class="prompt-form" method="post" action=paths::token_hand_over(token.id)>
                    <div class="dialog-body">
                        <General error=error.clone() />
                        <p>{sentence}</p>
                        <RecipientChoice recipients error />
                    </div>
                    <PromptActions back=paths::TOKENS.to_owned() submit="Hand over" />
                </form>
            </Dialog>
        }
        .into_any()
    })
}
