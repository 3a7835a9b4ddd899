//! The prompt that gives one token to another person.

use crate::{
    components::{
        ChangeForm, FormState, PromptAbout, PromptActions, RecipientChoice, SeenToken, Ticks, TokenNotice,
        change, prompt,
    },
    domain::{OwnedToken, Tick, ToHandOver, Token},
    server_fns::{HandOverToken, LoadHandOverPrompt},
};
use leptos::prelude::*;

const ABOUT: PromptAbout = PromptAbout { id: "hand-over-prompt", title: "Hand over token", alert: false };

/// Stands above the boxes for permissions to use Tokenry itself.
pub const OWN: &str = "Permissions to use Tokenry itself";

pub fn hand_over_prompt() -> AnyView {
    prompt::<LoadHandOverPrompt>(ABOUT, question)
}

fn question(about: ToHandOver) -> AnyView {
    view! { <ChangeForm change={change::<HandOverToken>()}><Inside about /></ChangeForm> }.into_any()
}

#[component]
fn Inside(about: ToHandOver) -> impl IntoView {
    let ToHandOver { token, asleep, keep_hint, recipients } = about;
    let sentence = format!(
        "“{}” belongs to {}. Its secret does not change: anyone who has it can still use it, so rotate it afterwards.",
        token.name.as_str(),
        token.owner.name.as_str()
    );
    let current = FormState::here().current(token);
    // After a conflict they are about what the token has by then, and are ticked anew.
    let ticks = move || {
        let ticks = current.with(ticks_of);
        view! { <Ticks name="keep" legend=OWN hint=keep_hint.clone() ticks /> }
    };
    view! {
        <SeenToken token=current />
        <div class="dialog-body">
            <TokenNotice />
            <p>{sentence}</p>
            {asleep.map(|text| view! { <p>{text}</p> })}
            <RecipientChoice recipients />
            {ticks}
        </div>
        <PromptActions submit="Hand over" />
    }
}

fn ticks_of(token: &Token) -> Vec<Tick> {
    let seen = OwnedToken::of(token).seen();
    Tick::to_keep(seen, &token.name, &token.permissions).into_iter().collect()
}
