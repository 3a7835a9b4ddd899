//! The prompt that gives a token a new secret, and what it answers with: that secret, this once.
//!
//! The answer is no part of the application: nothing of it is hydrated, and the next page does not have it.

use super::{
    Frame,
    forms::{General, PromptActions, wrong},
    old_secret::OldSecretStands,
};
use crate::{
    documents::settings_header::SettingsHeader,
    domain::{
        Created, Error, Field, OVERLAP_USUAL, OVERLAPS, Overlap, QUIETS, Timestamp, Token, retiring_in_words,
    },
    paths,
    service::ToRotate,
    ui::{Dialog, FieldMessages, Icon, Notice, Tone},
};
use leptos::prelude::*;

/// What is chosen, as the form has it.
#[derive(Clone, Debug)]
pub struct RotateForm {
    pub overlap_seconds: String,
    pub quiet_seconds: String,
}

impl Default for RotateForm {
    fn default() -> Self {
        Self { overlap_seconds: OVERLAP_USUAL.to_string(), quiet_seconds: "0".to_owned() }
    }
}

pub fn rotate(frame: &Frame, about: &ToRotate, form: &RotateForm, error: Option<&Error>) -> String {
    let (about, form, error) = (about.clone(), form.clone(), error.cloned());
    frame.settings("Rotate token · Tokenry", true, move || {
        let ToRotate { token, recent_use, old, now } = about;
        let sentence = format!(
            "“{}” gets a new secret, which is shown once. Its permissions, limits and counts stay as they are.",
            token.name.as_str()
        );
        let (id, version, caution) = (token.id, token.version.to_string(), caution(&token, now));
        let again = old.is_some().then_some(
            "Rotating again ends the old secret at once, and the one that is current now becomes the old one.",
        );
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="rotate-prompt" title="Rotate token">
                // The button of the one form stands inside of the other.
                {old.is_some().then(|| view! {
                    <form id="end-old-secret" method="post" action=paths::token_end_old_secret(id)></form>
                })}
                <form class="prompt-form" method="post" action=paths::token_rotate(id)>
                    <input type="hidden" name="version" value=version />
                    <div class="dialog-body">
                        <General error=error.clone() />
                        {caution.map(|text| view! { <Notice tone=Tone::Warning text /> })}
                        {old.map(|old| view! { <OldSecretStands old now form="end-old-secret" /> })}
                        {again.map(|text| view! { <Notice tone=Tone::Warning text /> })}
                        <p>{sentence}</p>
                        <p>{recent_use}</p>
                        <OverlapChoice token now chosen=form.overlap_seconds error />
                        <QuietChoice chosen=form.quiet_seconds />
                    </div>
                    <PromptActions back=paths::TOKENS.to_owned() submit="Rotate" />
                </form>
            </Dialog>
        }
        .into_any()
    })
}

/// What a new secret does not help against.
pub fn caution(token: &Token, now: Timestamp) -> Option<String> {
    match token.expires_at {
        Some(end) if end <= now => Some(format!(
            "This token has expired ({}): a new secret will not work either, until Edit gives the token a later end.",
            end.end_in_words()
        )),
        _ if token.disabled_at.is_some() => Some(
            "This token is disabled: a new secret will not work either, until the token is enabled."
                .to_owned(),
        ),
        _ => None,
    }
}

/// For how long the old secret goes on working, and when that will be.
#[component]
fn OverlapChoice(token: Token, now: Timestamp, chosen: String, error: Option<Error>) -> impl IntoView {
    let choice = |(seconds, name): (i64, &'static str)| {
        let is_chosen = chosen == seconds.to_string();
        view! {
            <label class="radio">
                <input type="radio" name=Field::Overlap.name() value=seconds.to_string() checked=is_chosen autofocus=is_chosen />
                <span>
                    <span class="radio-name">{name}</span>
                    <span class="field-hint">{token.overlap_in_words(now, seconds)}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="field" aria-describedby="overlap-error">
            <legend class="field-label">"How long the old secret goes on working"</legend>
            <div class="radios">{OVERLAPS.map(choice).collect_view()}</div>
            <FieldMessages id="overlap" error=wrong(error.as_ref(), Field::Overlap) theirs=Signal::stored(String::new()) />
        </fieldset>
    }
}

/// After how long without anybody who presents it the old secret ends before that.
#[component]
fn QuietChoice(chosen: String) -> impl IntoView {
    // What is not said is not at all.
    let chosen = if chosen.is_empty() { "0".to_owned() } else { chosen };
    let choice = |(seconds, name): (i64, &'static str)| {
        let is_chosen = chosen == seconds.to_string();
        view! {
            <label class="radio">
                <input type="radio" name="quiet_seconds" value=seconds.to_string() checked=is_chosen />
                <span class="radio-name">{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field" aria-describedby="quiet-hint">
            <legend class="field-label">"End it earlier, once nobody has presented it for"</legend>
            <p class="field-hint" id="quiet-hint">"By itself, so that nobody has to come back for it. It never works longer than chosen above."</p>
            <div class="radios-row">{QUIETS.map(choice).collect_view()}</div>
        </fieldset>
    }
}

/// The new secret of a token that was rotated with this overlap.
pub fn new_secret(frame: &Frame, created: &Created, overlap: Overlap) -> String {
    let token = &created.token;
    let old = token.rotating_until.map_or_else(
        || "The old secret has ended.".to_owned(),
        |end| format!("The old secret {}.", retiring_in_words(end, overlap.quiet_ms(token.updated_at, end))),
    );
    reveal(frame, created, format!("“{}” has a new secret", token.name.as_str()), vec![old])
}

/// A new secret, in the one page that shows it. Escape does nothing here: it takes a link to leave.
pub fn reveal(frame: &Frame, created: &Created, title: String, notes: Vec<String>) -> String {
    let (token, secret) = (created.token.clone(), created.secret.as_str().to_owned());
    frame.settings("New secret · Tokenry", true, move || {
        let file_name = token.name.file_name();
        let file = format!("data:text/plain;charset=utf-8,{secret}");
        view! {
            <div inert>
                <SettingsHeader tab=paths::TOKENS />
            </div>
            <Dialog id="secret-prompt" title>
                <div class="dialog-body">
                    <p>"Copy the secret now. It is shown once and cannot be seen again."</p>
                    <div class="secret">
                        <code id="new-secret" class="secret-text" tabindex="0" aria-label="Secret" role="textbox" aria-readonly="true">{secret}</code>
                        <button type="button" class="button needs-script" data-copy="new-secret" autofocus>
                            <Icon name="copy" />
                            "Copy"
                        </button>
                    </div>
                    <p class="copy-outcome" role="status" id="new-secret-outcome"></p>
                    {notes.into_iter().map(|text| view! { <Notice tone=Tone::Warning text /> }).collect_view()}
                </div>
                <div class="dialog-actions">
                    <a class="button dialog-actions-start" href=file download=file_name>
                        <Icon name="download" />
                        "Download"
                    </a>
                    <a class="button button-primary" href=paths::TOKENS>"Done"</a>
                </div>
            </Dialog>
        }
        .into_any()
    })
}
