//! The prompt that gives a token a new secret, and may end the old secret of the rotation before.

use super::old_secret::OldSecretStands;
use crate::{
    components::{
        ChangeForm, FormState, PromptActions, SeenToken, Shell, TokenNotice, change, prompt_content,
    },
    domain::{Field, OVERLAP_USUAL, OVERLAPS, QUIETS, Timestamp, ToRotate, Token, TokenId},
    server_fns::{EndOldSecret, LoadRotatePrompt, RotateToken},
    ui::{Alert, FieldMessages, Notice, Tone, html},
};
use leptos::prelude::*;

/// The id of the form that ends the old secret. Its button is inside the other form.
const END: &str = "end-old-secret";

pub fn rotate_prompt() -> AnyView {
    prompt_content::<LoadRotatePrompt>(question)
}

fn question(about: ToRotate) -> AnyView {
    let id = about.token.id;
    html! {
        {about.old.is_some().then(|| html! { <EndForm id /> })}
        <ChangeForm change={change::<RotateToken>()}>
            <Inside about />
        </ChangeForm>
    }
}

#[component]
fn EndForm(id: TokenId) -> impl IntoView {
    let here = Shell::here().url().get_untracked();
    let action = here.replacen("/rotate", "/end-old-secret", 1);
    html! {
        <ChangeForm change={change::<EndOldSecret>()} id=END class="" action>
            <input type="hidden" name="id" value=id.to_string() />
            <EndProblem />
        </ChangeForm>
    }
}

#[component]
fn EndProblem() -> impl IntoView {
    let error = FormState::here().error;
    let text = Signal::derive(move || error.read().as_ref().map(ToString::to_string).unwrap_or_default());
    html! { <Alert tone=Tone::Warning text /> }
}

#[component]
fn Inside(about: ToRotate) -> impl IntoView {
    let ToRotate { token, recent_use, old, now } = about;
    let sentence = format!(
        "“{}” gets a new secret, which is shown once. Its permissions, limits and counts stay as they are.",
        token.name.as_str()
    );
    let is_exposed = token.exposed.is_some();
    let current = FormState::here().current(token.clone());
    // Somebody may have rotated it meanwhile.
    let again = move || current.read().rotating_until.is_some_and(|end| end > now);
    html! {
        <SeenToken token=current />
        <div class="dialog-body">
            <TokenNotice />
            {move || current.read().why_no_secret_works(now).map(|text| html! { <Notice tone=Tone::Warning text /> })}
            {is_exposed.then(|| html! {
                <Notice tone=Tone::Warning text="The exposed secret stays refused. The new one works as soon as you have it." />
            })}
            {old.map(|old| html! { <OldSecretStands old now form=END /> })}
            {move || again().then(|| html! {
                <Notice
                    tone=Tone::Warning
                    text="If you rotate again, the old secret stops now and the current one becomes the old one."
                />
            })}
            <p>{sentence}</p>
            <p>{recent_use}</p>
            {match is_exposed {
                true => html! { <input type="hidden" name=Field::Overlap.name() value="0" /> },
                false => html! { <OverlapChoice token now /><QuietChoice /> },
            }}
        </div>
        <PromptActions submit="Rotate" />
    }
}

/// The choice of how long the old secret keeps working, with the moment when it ends.
#[component]
fn OverlapChoice(token: Token, now: Timestamp) -> impl IntoView {
    let state = FormState::here();
    let chosen = state.typed(Field::Overlap.name(), OVERLAP_USUAL.to_string());
    let choice = |(seconds, name): (i64, &'static str)| {
        let is_chosen = chosen == seconds.to_string();
        html! {
            <label class="radio">
                <input type="radio" name=Field::Overlap.name() value=seconds.to_string() checked=is_chosen autofocus=is_chosen />
                <span>
                    <span class="radio-name">{name}</span>
                    <span class="field-hint">{token.overlap_in_words(now, seconds)}</span>
                </span>
            </label>
        }
    };
    html! {
        <fieldset class="field" aria-describedby="overlap-error">
            <legend class="field-label">"Keep the old secret working for"</legend>
            <div class="radios">{OVERLAPS.map(choice).collect_view()}</div>
            <FieldMessages id="overlap" error=state.problem(Field::Overlap) theirs=Signal::stored(String::new()) />
        </fieldset>
    }
}

/// The choice of how long the old secret may stay unused before it is revoked early.
#[component]
fn QuietChoice() -> impl IntoView {
    let chosen = FormState::here().typed("quiet_seconds", "0");
    // An empty value means off.
    let chosen = if chosen.is_empty() { "0".to_owned() } else { chosen };
    let choice = |(seconds, name): (i64, &'static str)| {
        let is_chosen = chosen == seconds.to_string();
        html! {
            <label class="radio">
                <input type="radio" name="quiet_seconds" value=seconds.to_string() checked=is_chosen />
                <span class="radio-name">{name}</span>
            </label>
        }
    };
    html! {
        <fieldset class="field" aria-describedby="quiet-hint">
            <legend class="field-label">"Stop earlier if unused for"</legend>
            <p class="field-hint" id="quiet-hint">"The old secret is then revoked automatically."</p>
            <div class="radios-row">{QUIETS.map(choice).collect_view()}</div>
        </fieldset>
    }
}
