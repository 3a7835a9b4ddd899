//! The form of a token, for creating and for editing. The same markup is a plain form without scripts; with
//! them, the browser checks first with the same parser, and asks the server only for what it alone can know.

use super::{
    ChangeForm, ChangePath, Check, FormNotice, FormState, Meaning, MetadataField, PermissionPicker,
    PromptActions, TokenDiff, TokenLimits,
};
use crate::{
    FormOutcome,
    client::{self, FormElement},
    domain::{
        Catalogue, DESCRIPTION_CHARS_MAX, Error, Field, Owner, PermissionSet, TOKEN_NAME_CHARS_MAX, Token,
        TokenForm,
    },
    ui::{FieldMessages, TextField, effect, html, is_invalid},
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
    /// What its owner may not give.
    beyond: PermissionSet,
    /// The owners to choose from; with one or none, there is no choice.
    #[prop(optional)]
    owners: Vec<Owner>,
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
            <Inside form stored submit catalogue beyond owners expiry_rule />
        </ChangeForm>
    }
}

#[component]
fn Inside(
    form: TokenForm,
    stored: Option<Token>,
    submit: &'static str,
    catalogue: Catalogue,
    beyond: PermissionSet,
    owners: Vec<Owner>,
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
    let metadata = initial.metadata.unwrap_or_default();
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
                {(owners.len() > 1).then(|| owner_choice(owners, initial.owner.as_deref().unwrap_or_default()))}
                <PermissionPicker
                    catalogue
                    beyond
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
                <MetadataField value=metadata theirs=theirs(Field::Metadata) />
            </div>
            {is_edit.then(|| html! { <TokenDiff meaning /> })}
        <PromptActions submit />
    }
}

/// Whose token it is: its maker's, or that of an account that they steward.
fn owner_choice(owners: Vec<Owner>, chosen: &str) -> AnyView {
    let error = FormState::here().problem(Field::Owner);
    let options = owners
        .into_iter()
        .map(|owner| {
            let id = owner.id.to_string();
            let selected = id == chosen;
            html! { <option value=id selected=selected>{String::from(owner.name)}</option> }
        })
        .collect_view();
    html! {
        <div class="field">
            <label class="field-label" for="token-owner">"Owner"</label>
            <select class="input" id="token-owner" name="owner" aria-describedby="token-owner-error" aria-invalid=is_invalid(error)>
                {options}
            </select>
            <FieldMessages id="token-owner" error theirs=Signal::stored(String::new()) />
        </div>
    }
}
