//! The passkeys of the current person, and the prompts that add, rename and remove one. A script of its own talks to the
//! browser (`public/passkeys.js`).

use super::app::question;
use crate::{
    FormOutcome, client,
    components::{
        ChangeForm, CloseActions, FormNotice, FormState, PromptActions, Shell, Time, change, prompt_content,
    },
    domain::{FactorsData, Field, Passkey},
    paths,
    server_fns::{AddPasskey, LoadFactors, RemovePasskey, RenamePasskey},
    ui::{TextField, effect, html},
};
use leptos::prelude::*;

const SCRIPT: &str = "/passkeys.js";

pub fn passkeys_table(passkeys: Vec<Passkey>) -> AnyView {
    html! {
        <table class="table">
            <caption class="visually-hidden">"Your passkeys, the oldest first"</caption>
            <thead>
                <tr>
                    <th scope="col">"Passkey"</th>
                    <th scope="col">"Added"</th>
                    <th scope="col">"Last used"</th>
                    <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                </tr>
            </thead>
            <tbody>{passkeys.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn row(Passkey { id, name, created_at, last_used_at, copied_at }: Passkey) -> AnyView {
    let name = name.as_str().to_owned();
    let (rename, remove) = (format!("Rename {name}"), format!("Remove {name}"));
    html! {
        <tr>
            <th scope="row">
                {name}
                {copied_at.map(|at| html! {
                    <p class="field-error">"May have been copied: its counter went back " <Time at /> ". It is refused since; remove it."</p>
                })}
            </th>
            <td data-label="Added"><Time at=created_at /></td>
            <td data-label="Last used">
                {match last_used_at {
                    Some(at) => html! { <Time at /> },
                    None => html! { <span class="quiet">"Never"</span> },
                }}
            </td>
            <td>
                <span class="factor-actions">
                    <a class="button button-small" href=paths::passkey_rename(id) aria-label=rename>"Rename"</a>
                    <a class="button button-small" href=paths::passkey_remove(id) aria-label=remove>"Remove"</a>
                </span>
            </td>
        </tr>
    }
}

pub fn add_passkey_prompt() -> AnyView {
    prompt_content::<LoadFactors>(add)
}

fn add(_: FactorsData) -> AnyView {
    effect(|| client::run_script(SCRIPT));
    // A page that answers a form is not hydrated, so it brings the script along.
    let is_still = FormOutcome::here().is_some();
    html! {
        <ChangeForm change={change::<AddPasskey>()}>
            <div class="dialog-body">
                <FormNotice />
                <p>
                    "A passkey signs you in without a password: with your fingerprint, your face, or the PIN of your device or \
                     security key."
                </p>
                {name("")}
                <p class="field-error" role="status" data-passkey-said=""></p>
                <input type="hidden" name="passkey" data-passkey-answer="" />
            </div>
            <AddActions />
        </ChangeForm>
        {is_still.then(|| html! { <script type="module" src=SCRIPT></script> })}
    }
}

#[component]
fn AddActions() -> impl IntoView {
    let shell = Shell::here();
    let pending = FormState::here().pending;
    let busy = Signal::derive(move || pending.get().then_some("true"));
    html! {
        <div class="dialog-actions">
            <a class="button" href=shell.back() data-noscroll="">"Cancel"</a>
            <button class="button button-primary" type="submit" data-passkey=paths::PASSKEY_BEGIN data-passkey-new=""
                aria-disabled=busy>
                "Add passkey"
            </button>
        </div>
    }
}

pub fn rename_passkey_prompt() -> AnyView {
    prompt_content::<LoadFactors>(|data| match named(data) {
        Some(passkey) => html! {
            <ChangeForm change={change::<RenamePasskey>()}>
                <div class="dialog-body">
                    <FormNotice />
                    <input type="hidden" name="id" value=passkey.id.to_string() />
                    {name(passkey.name.as_str())}
                </div>
                <PromptActions submit="Save" />
            </ChangeForm>
        },
        None => gone(),
    })
}

pub fn remove_passkey_prompt() -> AnyView {
    prompt_content::<LoadFactors>(|data| {
        let is_last = data.factors.passkeys.len() == 1 && data.factors.app_since.is_none();
        let is_required = data.is_required;
        let Some(passkey) = named(data) else { return gone() };
        let first =
            format!("“{}” no longer signs you in. Remove it from your device, too.", passkey.name.as_str());
        let after = match (is_last, is_required) {
            (true, true) => "Your role needs a second factor: add another one first.",
            (true, false) => "Your password alone signs you in afterwards. Your recovery codes go, too.",
            _ => "Your other second factors stay.",
        };
        question(change::<RemovePasskey>(), Some(passkey.id), &[&first, after], "Remove passkey", true)
    })
}

/// The passkey that the URL names.
fn named(data: FactorsData) -> Option<Passkey> {
    let url = Shell::here().url().get_untracked();
    data.factors.passkeys.into_iter().find(|passkey| url.contains(&passkey.id.to_string()))
}

fn gone() -> AnyView {
    html! {
        <div class="dialog-body"><p>"You have no such passkey; it may have been removed."</p></div>
        <CloseActions />
    }
}

fn name(stored: &str) -> AnyView {
    let state = FormState::here();
    let (value, first) = (state.typed("name", stored), state.begins(Field::Name, Field::Name));
    html! {
        <TextField name="name" id="passkey-name" label="Name" hint="Where it is, as in “Work laptop”." value first
            error=state.problem(Field::Name) />
    }
}
