//! The form of a token, for creating and for editing. The same markup is a plain form without scripts; with
//! them, the browser checks first with the same parser, and asks the server only for what it alone can know.

use super::{
    ChangeForm, ChangePath, Check, FormNotice, FormState, Meaning, PermissionPicker, PromptActions,
    TokenDiff, TokenLimits,
};
use crate::{
    FormOutcome,
    client::{self, FormElement},
    domain::{Catalogue, DESCRIPTION_CHARS_MAX, Error, Field, TOKEN_NAME_CHARS_MAX, Token, TokenForm},
    ui::{TextField, effect, html},
};
use leptos::prelude::*;

/// The id of the form.
pub const FORM: &str = "token-form";

#[component]
pub fn TokenEditor(
    change: ChangePath,
    /// The initial values.
    form: TokenForm,
    /// The stored token; `None` while it is yet to be created.
    stored: Option<Token>,
    /// The label of the button.
    submit: &'static str,
    catalogue: Catalogue,
    /// The rule for expiries, shown where one is chosen.
    expiry_rule: String,
) -> impl IntoView {
    let held = stored.as_ref().map(|token| token.permissions.clone()).unwrap_or_default();
    let checks = (catalogue.clone(), held);
    let check: Check = Callback::new(move |(form,): (FormElement,)| {
        client::read_token_form(&form).parse(&checks.0, &checks.1).map(|_| ())
    });
    html! {
        <ChangeForm change id=FORM check>
            <Inside form stored submit catalogue expiry_rule />
        </ChangeForm>
    }
}

#[component]
fn Inside(
    form: TokenForm,
    stored: Option<Token>,
    submit: &'static str,
    catalogue: Catalogue,
    expiry_rule: String,
) -> impl IntoView {
    let state = FormState::here();
    let sent = state.sent().get_untracked();
    let initial = if sent.is_empty() { form } else { sent.iter().collect::<TokenForm>().or(form) };
    let held = stored.as_ref().map(|token| token.permissions.clone()).unwrap_or_default();
    let (meaning, known) = (Meaning::of(&initial, &catalogue), catalogue.clone());
    let is_edit = stored.is_some() && FormOutcome::here().is_none();
    let identity = stored.as_ref().map(|token| (token.id.to_string(), token.version));
    // After a conflict the next attempt starts from the stored version, which the person has then seen.
    let now = Signal::derive(move || match state.error.read().as_ref() {
        Some(Error::Conflict { current, .. }) => Some(Token::clone(current)),
        _ => None,
    });
    let version = identity.as_ref().map(|(_, version)| *version).unwrap_or_default();
    let version =
        Signal::derive(move || now.read().as_ref().map_or(version, |token| token.version).to_string());
    let first = initial.clone();
    let look = Callback::new(move |()| {
        let typed = client::by_id(FORM).map(|form| client::read_token_form(&form));
        meaning.tell(
            typed.as_ref().unwrap_or(&first),
            &known,
            now.get_untracked().as_ref().or(stored.as_ref()),
        );
    });
    // Something may be typed before the scripts arrive, and something else may be stored after a conflict.
    effect(move || {
        now.track();
        look.run(());
    });
    let theirs = move |field| {
        Signal::derive(move || {
            let sent: TokenForm = state.sent().read().iter().collect();
            sent.meanwhile(state.error.read().as_ref(), field)
        })
    };
    let limits = initial.clone();
    html! {
        {identity.map(|(id, _)| html! {
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="version" prop:value=version value=version />
        })}
        <div class="dialog-body" on:input=move |_| look.run(())>
            <FormNotice />
                <TextField
                    name="name"
                    id="token-name"
                    label="Name"
                    value=initial.name
                    max=TOKEN_NAME_CHARS_MAX
                    first=true
                    error=state.problem(Field::Name)
                    theirs=theirs(Field::Name)
                />
                <TextField
                    name="description"
                    id="token-description"
                    label="Description"
                    hint="What it is for, and who uses it"
                    value=initial.description
                    max=DESCRIPTION_CHARS_MAX
                    error=state.problem(Field::Description)
                    theirs=theirs(Field::Description)
                />
                <PermissionPicker
                    catalogue
                    chosen=initial.permissions
                    held
                    power=meaning.power
                    count=meaning.count
                    look
                    error=state.problem(Field::Permissions)
                    theirs=theirs(Field::Permissions)
                />
                <TokenLimits
                    form=limits
                    theirs_of=Callback::new(move |(field,)| theirs(field))
                    end=meaning.end
                    look
                    rule=expiry_rule
                />
            </div>
            {is_edit.then(|| html! { <TokenDiff meaning /> })}
        <PromptActions submit />
    }
}
