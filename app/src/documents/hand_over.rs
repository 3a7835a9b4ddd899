//! The prompt that gives one token to another person.

use super::{
    Frame,
    forms::{General, PromptActions, RecipientChoice},
    ticks::{Ticks, keep_hint, to_keep},
};
use crate::{
    documents::settings_header::SettingsHeader,
    domain::{Error, OwnedToken, Standing, Ticked},
    paths,
    service::ToHandOver,
    ui::Dialog,
};
use leptos::prelude::*;

/// `chosen` and `ticked` are what was sent before, if something was.
pub fn hand_over(
    frame: &Frame,
    about: ToHandOver,
    chosen: &str,
    ticked: &Ticked,
    error: Option<&Error>,
) -> String {
    let (chosen, ticked, error) = (chosen.to_owned(), ticked.clone(), error.cloned());
    frame.settings("Hand over token · Tokenry", true, move || {
        let ToHandOver { token, giver, recipients } = about;
        let recipients = recipients.into_iter().filter(|owner| owner.id != token.owner.id).collect();
        let (name, standing) = (giver.name.as_str(), Standing::of(&giver));
        let sentence = format!(
            "“{}” belongs to {name}. Whoever has its secret keeps it, and can do no more with it than before: \
             rotate it afterwards.",
            token.name.as_str()
        );
        let asleep = standing.why_asleep(name).map(|why| {
            format!("{why} It arrives disabled, and works again only when somebody enables it.")
        });
        let (owned, hint) = (OwnedToken::of(&token), keep_hint(standing, name));
        let ticks = to_keep(std::iter::once(&owned), &ticked, "keeps");
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="hand-over-prompt" title="Hand over token">
                <form class="prompt-form" method="post" action=paths::token_hand_over(token.id)>
                    <input type="hidden" name="version" value=token.version.to_string() />
                    <div class="dialog-body">
                        <General error=error.clone() />
                        <p>{sentence}</p>
                        {asleep.map(|text| view! { <p>{text}</p> })}
                        <RecipientChoice recipients error chosen />
                        <Ticks name="keep" legend="Permissions to use Tokenry itself" hint ticks />
                    </div>
                    <PromptActions back=paths::TOKENS.to_owned() submit="Hand over" />
                </form>
            </Dialog>
        }
        .into_any()
    })
}
