//! The form of a token, for creating and for editing. The same markup is a plain form without scripts; with
//! them, the browser checks first with the same parser, and asks the server only for what it alone can know.

use super::{PermissionPicker, TokenList};
use crate::{
    Posted, browser,
    domain::{Catalogue, Error, Field, PermissionSet, TokenForm},
    ui::{Alert, TextField, Tone},
};
use leptos::{ev, prelude::*};

/// Where a form stands: what was last sent, and how that went.
#[derive(Clone)]
pub struct Attempt {
    pub form: TokenForm,
    /// The version that saving begins from.
    pub version: i64,
    pub error: Option<Error>,
    pub pending: bool,
}

impl Attempt {
    /// Begins with this form, or with the one that a plain form has sent and that was refused.
    pub fn first(form: TokenForm, version: i64) -> RwSignal<Self> {
        let (form, version, error) = match Posted::here() {
            Some(Posted::Refused { form, version, error }) => (form, version, Some(error)),
            _ => (form, version, None),
        };
        RwSignal::new(Self { form, version, error, pending: false })
    }

    fn send(&mut self, form: TokenForm) {
        *self = Self { form, version: self.version, error: None, pending: true };
    }

    /// The attempt was refused. After a conflict the next one begins from what is stored now: it will replace
    /// what the person has then seen.
    pub fn refuse(&mut self, error: Error) {
        if let Error::Conflict { current } = &error {
            self.version = current.version;
        }
        self.error = Some(error);
        self.pending = false;
    }
}

#[component]
pub fn TokenEditor(
    attempt: RwSignal<Attempt>,
    /// Where the plain form posts to.
    action: String,
    /// The word on the button.
    submit: &'static str,
    catalogue: Catalogue,
    held: PermissionSet,
    on_cancel: Callback<()>,
    /// Called when `attempt` holds a form that the browser has found nothing wrong with.
    on_submit: Callback<()>,
) -> impl IntoView {
    let cancel_href = TokenList::here().href();
    let Attempt { form: initial, version, .. } = attempt.get_untracked();
    let checks = (catalogue.clone(), held.clone());
    let submitted = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(form) = browser::here(&event).filter(|_| !attempt.read_untracked().pending) else { return };
        let typed = browser::read_token_form(&form);
        let checked = typed.parse(&checks.0, &checks.1);
        attempt.write().send(typed);
        match checked {
            Ok(_) => on_submit.run(()),
            Err(error) => attempt.write().refuse(error),
        }
    };
    // Whoever cannot see the message must be led to it.
    Effect::new(move |_| {
        if let Some(id) = attempt.read().error.as_ref().map(place_of) {
            request_animation_frame(move || {
                browser::focus(id);
            });
        }
    });
    let theirs = move |field| Signal::derive(move || stored_meanwhile(&attempt.read(), field));
    let detail = move |field| Signal::derive(move || detail_of(&attempt.read(), field));
    let notice =
        Signal::derive(move || attempt.read().error.as_ref().map(general_message).unwrap_or_default());
    let busy = Signal::derive(move || attempt.read().pending.then_some("true"));

    view! {
        <form class="prompt-form" method="post" action=action on:submit=submitted>
            <input type="hidden" name="version" value=version.to_string() />
            <div class="dialog-body">
                <Alert tone=Tone::Warning id="token-notice" text=notice />
                <TextField
                    name="name"
                    id="token-name"
                    label="Name"
                    value=initial.name
                    first=true
                    error=detail(Field::Name)
                    theirs=theirs(Field::Name)
                />
                <TextField
                    name="description"
                    id="token-description"
                    label="Description"
                    hint="What is it for, and who would miss it?"
                    value=initial.description
                    error=detail(Field::Description)
                    theirs=theirs(Field::Description)
                />
                <PermissionPicker
                    catalogue
                    chosen=initial.permissions
                    held
                    error=detail(Field::Permissions)
                    theirs=theirs(Field::Permissions)
                />
            </div>
            <div class="dialog-actions">
                <a class="button" href=cancel_href data-noscroll="" on:click=move |event| {
                    event.prevent_default();
                    on_cancel.run(());
                }>"Cancel"</a>
                <button class="button button-primary" type="submit" aria-disabled=busy>{submit}</button>
            </div>
        </form>
    }
}

/// The element that an error is about.
fn place_of(error: &Error) -> &'static str {
    match error {
        Error::Invalid { errors } => match errors.first().map(|e| e.field) {
            Some(Field::Description) => "token-description",
            Some(Field::Permissions) => "token-permissions",
            _ => "token-name",
        },
        _ => "token-notice",
    }
}

/// What is to be said above the form; errors of fields are said beside them.
fn general_message(error: &Error) -> String {
    match error {
        Error::Invalid { .. } => String::new(),
        Error::Conflict { .. } => {
            "Somebody else saved this token while you were editing it. Their values stand below \
            yours; Save again to replace them, or Cancel to keep them."
                .to_owned()
        }
        other => other.to_string(),
    }
}

fn detail_of(attempt: &Attempt, field: Field) -> String {
    attempt.error.as_ref().and_then(|e| e.detail_for(field)).unwrap_or_default().to_owned()
}

/// After a conflict: what is stored now in a field, where it is not what was sent.
fn stored_meanwhile(attempt: &Attempt, field: Field) -> String {
    let Some(Error::Conflict { current }) = &attempt.error else { return String::new() };
    let sent = &attempt.form;
    let (same, now) = match field {
        Field::Name => (sent.name == current.name.as_str(), current.name.as_str().to_owned()),
        Field::Description => {
            (sent.description == current.description.as_str(), current.description.as_str().to_owned())
        }
        Field::Permissions => {
            (sent.parsed_permissions() == current.permissions, current.permissions.to_line())
        }
        _ => (true, String::new()),
    };
    match (same, now.is_empty()) {
        (true, _) => String::new(),
        (false, true) => "Saved meanwhile: nothing".to_owned(),
        (false, false) => format!("Saved meanwhile: {now}"),
    }
}
