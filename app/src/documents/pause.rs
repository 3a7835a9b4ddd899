//! The prompts that pause a token and let it go on.

use super::{
    Frame,
    forms::{General, PromptActions},
};
use crate::{
    components::{SettingsHeader, Time},
    domain::{Error, Token},
    paths,
    ui::Dialog,
};
use leptos::prelude::*;

/// `is_disabled` is what the token is to be; what it is already needs no asking. `recent_use` says what it was used
/// for lately.
pub fn pause(
    frame: &Frame,
    token: &Token,
    recent_use: &str,
    is_disabled: bool,
    error: Option<&Error>,
) -> String {
    let (token, recent_use, error) = (token.clone(), recent_use.to_owned(), error.cloned());
    let (page, title, submit) = match is_disabled {
        true => ("Disable token · Tokenry", "Disable token", "Disable"),
        false => ("Enable token · Tokenry", "Enable token", "Enable"),
    };
    frame.settings(page, true, move || {
        let is_so_already = token.disabled_at.is_some() == is_disabled;
        let inside = match (is_so_already, is_disabled) {
            (true, _) => so_already(&token),
            (false, true) => sentence(&token, "is refused from then on, until somebody enables it again. Nothing about it is lost.", recent_use),
            (false, false) => sentence(&token, "works again at once, for everybody who has its secret.", recent_use),
        };
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="pause-prompt" title alert=true>
                <form class="prompt-form" method="post" action=paths::token_pause(token.id, is_disabled)>
                    <input type="hidden" name="version" value=token.version.to_string() />
                    <div class="dialog-body">
                        <General error />
                        {inside}
                    </div>
                    {if is_so_already {
                        view! {
                            <div class="dialog-actions">
                                <a class="button button-primary" href=paths::TOKENS data-dismiss="" autofocus>"Back to the tokens"</a>
                            </div>
                        }.into_any()
                    } else {
                        view! { <PromptActions back=paths::TOKENS.to_owned() submit danger=is_disabled careful=true /> }.into_any()
                    }}
                </form>
            </Dialog>
        }
        .into_any()
    })
}

fn sentence(token: &Token, becomes: &str, recent_use: String) -> AnyView {
    let text = format!("“{}” {becomes}", token.name.as_str());
    view! {
        <p>{text}</p>
        {token.disabled_at.map(|at| view! { <p>"It was disabled " <Time at /> "."</p> })}
        <p>{recent_use}</p>
    }
    .into_any()
}

fn so_already(token: &Token) -> AnyView {
    let name = token.name.as_str();
    match token.disabled_at {
        Some(at) => {
            view! { <p>{format!("“{name}” is disabled already. It was disabled ")} <Time at /> "."</p> }
                .into_any()
        }
        None => view! { <p>{format!("“{name}” is enabled already.")}</p> }.into_any(),
    }
}
