//! The prompts that disable a token, and enable it again.

use crate::{
    components::{
        ChangeForm, ChangePath, CloseActions, FormState, PromptActions, SeenToken, Time, TokenNotice,
        WithChildren, change, prompt_content,
    },
    domain::{Error, ToDisable, Token},
    server_fns::{DisableToken, EnableToken, LoadDisablePrompt},
    ui::html,
};
use leptos::prelude::*;

pub fn disable_prompt() -> AnyView {
    prompt_content::<LoadDisablePrompt>(disabling)
}

pub fn enable_prompt() -> AnyView {
    prompt_content::<LoadDisablePrompt>(enabling)
}

fn disabling(about: ToDisable) -> AnyView {
    let becomes = match (about.token.disabled_at.is_some(), about.would_hold) {
        (false, _) => "stops working immediately. You can enable it again at any time.",
        (true, true) => {
            "is disabled already, and its owner can enable it. Disable it as an admin, and only an admin can."
        }
        (true, false) => return so_already(&about.token),
    };
    question(about, change::<DisableToken>(), becomes, "Disable", true)
}

fn enabling(about: ToDisable) -> AnyView {
    if about.token.exposed.is_some() {
        return nothing_to_do(Error::Exposed.to_string().into_any());
    }
    if about.is_held {
        let who = about.token.held_in_words().unwrap_or_default();
        return nothing_to_do(format!("{who}. Only an admin can enable it again.").into_any());
    }
    if about.token.disabled_at.is_none() {
        return so_already(&about.token);
    }
    let about = ToDisable { also_made: String::new(), ..about };
    let becomes = "works again immediately, for anyone who has its secret.";
    question(about, change::<EnableToken>(), becomes, "Enable", false)
}

fn question(
    about: ToDisable,
    change: ChangePath,
    becomes: &'static str,
    submit: &'static str,
    danger: bool,
) -> AnyView {
    html! { <ChangeForm change><Inside about becomes submit danger /></ChangeForm> }
}

#[component]
fn Inside(about: ToDisable, becomes: &'static str, submit: &'static str, danger: bool) -> impl IntoView {
    let ToDisable { token, recent_use, also_made, .. } = about;
    let text = format!("“{}” {becomes}", token.name.as_str());
    let since = token.disabled_at.map(|at| html! { <p>"It was disabled " <Time at />{by(&token)} "."</p> });
    html! {
        <SeenToken token={FormState::here().current(token)} />
        <div class="dialog-body">
            <TokenNotice />
            <p>{text}</p>
            {since}
            <p>{recent_use}</p>
            <WithChildren also_made />
        </div>
        <PromptActions submit danger careful=true />
    }
}

/// ` by Ada Moreau`, where that is known.
fn by(token: &Token) -> Option<String> {
    let who = token.disabled_by.name.as_ref()?;
    Some(format!(" by {}", who.as_str()))
}

fn so_already(token: &Token) -> AnyView {
    let name = token.name.as_str();
    nothing_to_do(match token.disabled_at {
        Some(at) => {
            html! { {format!("“{name}” is disabled already. It was disabled ")} <Time at />{by(token)} "." }
        }
        None => format!("“{name}” is enabled already.").into_any(),
    })
}

fn nothing_to_do(text: AnyView) -> AnyView {
    html! { <div class="dialog-body"><p>{text}</p></div><CloseActions /> }
}
