//! The prompts that pause a token and let it go on.

use super::{
    Frame,
    forms::{General, PromptActions},
};
use crate::{
    components::Time,
    documents::settings_header::SettingsHeader,
    domain::{Error, Right, Token, may},
    paths,
    service::ToPause,
    ui::Dialog,
};
use leptos::prelude::*;

/// `is_disabled` is what the token is to be; what it is already needs no asking.
pub fn pause(frame: &Frame, about: &ToPause, is_disabled: bool, error: Option<&Error>) -> String {
    let (ToPause { token, recent_use, also_made }, error) = (about.clone(), error.cloned());
    let may_all = frame.caller.as_ref().is_some_and(|caller| may(caller.role, Right::ManageAllTokens));
    let is_own = frame.caller.as_ref().is_some_and(|caller| caller.id == token.owner.id);
    let is_held = !is_disabled && token.held_in_words().is_some() && !may_all;
    let would_hold = is_disabled && may_all && !is_own && !token.disabled_by.is_admin;
    let (page, title, submit) = match is_disabled {
        true => ("Disable token · Tokenry", "Disable token", "Disable"),
        false => ("Enable token · Tokenry", "Enable token", "Enable"),
    };
    frame.settings(page, true, move || {
        let inside = match (token.disabled_at.is_some() == is_disabled, is_disabled) {
            _ if is_held => held(&token),
            (true, true) if would_hold => {
                let becomes = "is disabled already, and its owner can enable it. Disable it as an admin, and only an \
                    admin can.";
                view! { <Question token becomes recent_use also_made is_disabled submit error /> }.into_any()
            }
            (true, _) => so_already(&token),
            (false, true) => {
                let becomes =
                    "is refused from then on, until somebody enables it again. Nothing about it is lost.";
                view! { <Question token becomes recent_use also_made is_disabled submit error /> }.into_any()
            }
            (false, false) => {
                let also_made = String::new();
                let becomes = "works again at once, for everybody who has its secret.";
                view! { <Question token becomes recent_use also_made is_disabled submit error /> }.into_any()
            }
        };
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="pause-prompt" title alert=true>
                {inside}
            </Dialog>
        }
        .into_any()
    })
}

#[component]
fn Question(
    token: Token,
    becomes: &'static str,
    recent_use: String,
    also_made: String,
    is_disabled: bool,
    submit: &'static str,
    error: Option<Error>,
) -> impl IntoView {
    let text = format!("“{}” {becomes}", token.name.as_str());
    view! {
        <form class="prompt-form" method="post" action=paths::token_pause(token.id, is_disabled)>
            <input type="hidden" name="version" value=token.version.to_string() />
            <div class="dialog-body">
                <General error />
                <p>{text}</p>
                {token.disabled_at.map(|at| view! { <p>"It was disabled " <Time at />{by(&token)} "."</p> })}
                <p>{recent_use}</p>
                {(!also_made.is_empty()).then(|| view! {
                    <label class="radio"><input type="checkbox" name="with_children" value="true" /><span>{also_made}</span></label>
                })}
            </div>
            <PromptActions back=paths::TOKENS.to_owned() submit danger=is_disabled careful=true />
        </form>
    }
}

/// ` by Ada Moreau`, where that is known.
fn by(token: &Token) -> Option<String> {
    let who = token.disabled_by.name.as_ref()?;
    Some(format!(" by {}", who.as_str()))
}

/// There is nothing to ask.
fn so_already(token: &Token) -> AnyView {
    let name = token.name.as_str();
    let text = match token.disabled_at {
        Some(at) => {
            view! { <p>{format!("“{name}” is disabled already. It was disabled ")} <Time at />{by(token)} "."</p> }
                .into_any()
        }
        None => view! { <p>{format!("“{name}” is enabled already.")}</p> }.into_any(),
    };
    only_back(text)
}

/// It is not theirs to begin again.
fn held(token: &Token) -> AnyView {
    let who = token.held_in_words().unwrap_or_default();
    only_back(view! { <p>{format!("{who}. Only an admin can enable it again.")}</p> }.into_any())
}

fn only_back(text: AnyView) -> AnyView {
    view! {
        <div class="dialog-body">{text}</div>
        <div class="dialog-actions">
            <a class="button button-primary" href=paths::TOKENS data-dismiss="" autofocus>"Back to the tokens"</a>
        </div>
    }
    .into_any()
}
