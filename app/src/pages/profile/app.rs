//! The prompts about the authenticator app and the recovery codes of the current person.

use crate::{
    components::{
        ChangeForm, ChangePath, CloseActions, FormNotice, FormState, PromptActions, app_key, change,
        prompt_content,
    },
    domain::{Field, NewApp, PasskeyId},
    server_fns::{ConfirmApp, LoadApp, LoadFactors, MakeCodes, RemoveApp},
    ui::{TextField, html},
};
use leptos::prelude::*;

pub fn app_prompt() -> AnyView {
    prompt_content::<LoadApp>(set_up)
}

pub fn remove_app_prompt() -> AnyView {
    prompt_content::<LoadFactors>(|data| {
        let after = match (data.factors.passkeys.len(), data.is_required) {
            (0, true) => "Your role needs a second factor: add a passkey first.",
            (0, false) => "Your password alone signs you in afterwards. Your recovery codes go, too.",
            _ => "Your passkeys stay.",
        };
        question(
            change::<RemoveApp>(),
            None,
            &["Codes of the app no longer sign you in.", after],
            "Remove app",
            true,
        )
    })
}

pub fn codes_prompt() -> AnyView {
    prompt_content::<LoadFactors>(|_| {
        let text = "Creates ten codes, each of which signs you in once if you lose your second factors. Earlier codes stop \
                    working.";
        question(change::<MakeCodes>(), None, &[text], "Create new codes", false)
    })
}

fn set_up(app: Option<NewApp>) -> AnyView {
    let Some(app) = app else {
        return html! {
            <div class="dialog-body"><p>"This took too long, or is done. Begin again in your profile."</p></div>
            <CloseActions />
        };
    };
    html! {
        <ChangeForm change={change::<ConfirmApp>()}>
            <div class="dialog-body">
                <FormNotice />
                <p>"Scan the picture with an authenticator app, then enter the six digits that it shows."</p>
                {app_key(app)}
                {code()}
            </div>
            <PromptActions submit="Set up app" />
        </ChangeForm>
    }
}

fn code() -> AnyView {
    let error = FormState::here().problem(Field::Code);
    html! { <TextField name="code" id="code" label="Code" autocomplete="one-time-code" first=true error /> }
}

/// The question about the second factors, or about the passkey with this id.
pub fn question(
    change: ChangePath,
    id: Option<PasskeyId>,
    sentences: &[&str],
    submit: &'static str,
    danger: bool,
) -> AnyView {
    let sentences: Vec<String> = sentences.iter().map(|text| (*text).to_owned()).collect();
    html! {
        <ChangeForm change>
            <div class="dialog-body">
                <FormNotice />
                {id.map(|id| html! { <input type="hidden" name="id" value=id.to_string() /> })}
                {sentences.into_iter().map(|text| html! { <p>{text}</p> }).collect_view()}
            </div>
            <PromptActions submit danger careful=true />
        </ChangeForm>
    }
}
