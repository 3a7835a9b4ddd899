//! The prompt that gives one token to another person.

use crate::{
    components::{
        ChangeForm, FormState, PromptActions, SeenToken, TokenNotice, change, consents, prompt_content,
        recipient_choice,
    },
    domain::{ConsentBox, ConsentBoxes, ConsentKind, OwnedToken, ToHandOver, Token},
    server_fns::{HandOverToken, LoadHandOverPrompt},
    ui::html,
};
use leptos::prelude::*;

pub fn hand_over_prompt() -> AnyView {
    prompt_content::<LoadHandOverPrompt>(question)
}

fn question(about: ToHandOver) -> AnyView {
    html! { <ChangeForm change={change::<HandOverToken>()}><Inside about /></ChangeForm> }
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
    html! {
        <SeenToken token=current />
        <div class="dialog-body">
            <TokenNotice />
            <p>{sentence}</p>
            {asleep.map(|text| html! { <p>{text}</p> })}
            {recipient_choice(recipients)}
            // After a conflict the boxes are about the token's permissions by then, and have to be ticked again.
            {move || ConsentBoxes::new(ConsentKind::Keep, keep_hint.clone(), current.with(boxes_of)).map(consents)}
        </div>
        <PromptActions submit="Transfer" />
    }
}

fn boxes_of(token: &Token) -> Vec<ConsentBox> {
    let seen = OwnedToken::of(token).seen();
    ConsentBox::to_keep(seen, &token.name, &token.permissions).into_iter().collect()
}
