//! A form that asks for a change. Hydrated, it calls the server function; without WASM the browser posts it to its own
//! URL, where the same function is called and the same page answers.

use super::Shell;
use crate::{
    FILLED_IN_BY, FormOutcome,
    client::{self, FormElement},
    domain::{Done, Error, Field, from_json},
    server_fns::Change,
    ui::{Alert, Tone, html},
};
use leptos::{ev, prelude::*, task::spawn_local};

const CONFLICT: &str = "This token was changed while you were editing.";
const AFTER_CONFLICT: &str = "The changes are shown below. Save to overwrite, or cancel.";

/// The fields from which Ctrl+Enter sends a form. A checkbox or radio button may belong to a question that has to be
/// answered by its button.
const TYPED_INTO: &str = "input:not([type=checkbox], [type=radio]), textarea, select";

/// The server function that a form calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChangePath(&'static str);

pub fn change<F: Change>() -> ChangePath {
    ChangePath(F::PATH)
}

/// The state of a form: the fields last sent, and the error.
#[derive(Clone, Copy)]
pub struct FormState {
    pub error: RwSignal<Option<Error>>,
    pub pending: RwSignal<bool>,
    sent: RwSignal<Vec<(String, String)>>,
}

impl FormState {
    /// Starts with the fields that a plain post of this form has sent, if it was refused.
    fn new(change: ChangePath) -> Self {
        let (sent, error) = match FormOutcome::here() {
            Some(FormOutcome::Refused { change: refused, fields, error }) if refused == change.0 => {
                (fields, Some(error))
            }
            _ => (Vec::new(), None),
        };
        Self { error: RwSignal::new(error), pending: RwSignal::new(false), sent: RwSignal::new(sent) }
    }

    /// The state of the surrounding form.
    pub fn here() -> Self {
        expect_context()
    }

    /// The error of a field; empty if there is none.
    pub fn problem(self, field: Field) -> Signal<String> {
        let error = self.error;
        Signal::derive(move || {
            let error = error.read();
            error.as_ref().and_then(|error| error.detail_for(field)).unwrap_or_default().to_owned()
        })
    }

    /// The text typed into a field before the form was refused, or else its initial value.
    pub fn typed(self, name: &str, first: impl Into<String>) -> String {
        let sent = self.sent.read_untracked();
        if sent.is_empty() {
            return first.into();
        }
        sent.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The fields last sent; empty if the form has not been sent.
    pub fn sent(self) -> RwSignal<Vec<(String, String)>> {
        self.sent
    }

    /// Whether the focus starts in this field: the first one that is invalid, or else the first one.
    pub fn begins(self, field: Field, first: Field) -> bool {
        let wrong = match self.error.read_untracked().as_ref() {
            Some(Error::Invalid { errors }) => errors.first().map(|error| error.field),
            _ => None,
        };
        wrong.unwrap_or(first) == field
    }

    /// The error that belongs to no field.
    fn general(self) -> Signal<String> {
        let error = self.error;
        Signal::derive(move || match error.read().as_ref() {
            // The last three are shown as questions.
            None
            | Some(
                Error::Invalid { .. }
                | Error::Removes { .. }
                | Error::TakesAway { .. }
                | Error::Stricter { .. },
            ) => String::new(),
            Some(Error::Conflict { who, .. }) => {
                [CONFLICT, who.as_deref().unwrap_or_default(), AFTER_CONFLICT].join(" ")
            }
            Some(other) => other.to_string(),
        })
    }
}

/// Checks a form in the browser, with the parser that the server uses.
pub type Check = Callback<(FormElement,), Result<(), Error>>;

#[component]
pub fn ChangeForm(
    change: ChangePath,
    /// The URL that the form is posted to without WASM: that of its own page.
    #[prop(optional, into)]
    action: Option<String>,
    #[prop(default = "change-form")] id: &'static str,
    #[prop(default = "prompt-form")] class: &'static str,
    #[prop(optional)] check: Option<Check>,
    /// Resets the form once it was accepted, so that no input stays.
    #[prop(optional)]
    clears: bool,
    children: Children,
) -> impl IntoView {
    let shell = Shell::here();
    let action = action.unwrap_or_else(|| shell.url().get_untracked());
    let form = FormState::new(change);
    provide_context(form);
    let is_prompt = shell.is_covered().get_untracked();
    let submitted = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(element) = client::here::<FormElement>(&event) else { return };
        if shell.is_sending(change.0) {
            return;
        }
        let fields = client::fields_of(&element, &event);
        form.sent.set(client::pairs_of(&fields));
        if let Some(Err(error)) = check.map(|check| check.run((element.clone(),))) {
            return form.refuse(shell, error, &element);
        }
        form.error.set(None);
        form.pending.set(true);
        shell.set_sending(change.0, true);
        let button = client::button_of(&event);
        spawn_local(async move {
            let answer = client::fetch(change.0, client::Body::Form(fields)).await;
            shell.set_sending(change.0, false);
            let is_here = client::is_there(&element);
            match decode(answer) {
                Ok(done) => {
                    if clears {
                        element.reset();
                    }
                    shell.finish(done, is_here && is_prompt);
                }
                // Sent as a plain form, it is answered with a page that asks to sign in and keeps the input.
                Err(Error::SignInAgain | Error::SignedOut) if is_here => {
                    client::submit_plainly(&element, button);
                }
                Err(error) if is_here => form.refuse(shell, error, &element),
                Err(error) => shell.say(error.to_string()),
            }
            let _ = form.pending.try_set(false);
        });
    };
    // In every field that somebody types into, even where Enter means something else.
    let pressed = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter"
            && (event.ctrl_key() || event.meta_key())
            && client::is_within(&event, TYPED_INTO)
            && let Some(element) = client::here::<FormElement>(&event)
        {
            event.prevent_default();
            let _ = element.request_submit();
        }
    };
    let busy = Signal::derive(move || form.pending.get().then_some("true"));
    let person = shell.context().with_untracked(|context| context.id.map(|id| id.to_string()));
    html! {
        <form
            id=id
            class=class
            method="post"
            action=action
            aria-busy=busy
            on:submit=submitted
            on:keydown=pressed
        >
            <input type="hidden" name=FILLED_IN_BY value=person />
            {children()}
        </form>
    }
}

impl FormState {
    /// Moves the focus to the message, for people who cannot see it. A form that was drawn anew meanwhile has nowhere
    /// to show the message, so it is announced.
    fn refuse(self, shell: Shell, error: Error, form: &FormElement) {
        if let Some(Some(error)) = self.error.try_set(Some(error)) {
            return shell.say(error.sentence());
        }
        let form = form.clone();
        request_animation_frame(move || client::focus_problem(&form));
    }
}

fn decode(answer: Result<String, String>) -> Result<Done, Error> {
    match answer {
        Ok(text) => from_json(&text).ok_or(Error::Unreachable),
        Err(text) => Err(from_json(&text).unwrap_or(Error::Unreachable)),
    }
}

/// The error that belongs to no field, above the fields.
#[component]
pub fn FormNotice(
    /// Shown instead of the error's own sentence; hidden while it is empty.
    #[prop(optional)]
    text: Option<Signal<String>>,
) -> impl IntoView {
    let text = text.unwrap_or_else(|| FormState::here().general());
    html! { <Alert tone=Tone::Warning text /> }
}

/// The two ways out of a prompt.
#[component]
pub fn PromptActions(
    submit: &'static str,
    #[prop(optional)] danger: bool,
    /// Puts the focus on Cancel, which changes nothing.
    #[prop(optional)]
    careful: bool,
    /// Shown apart from the two.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let shell = Shell::here();
    let (back, pending) = (shell.back(), FormState::here().pending);
    let busy = Signal::derive(move || pending.get().then_some("true"));
    let close = move |event: ev::MouseEvent| {
        event.prevent_default();
        shell.close();
    };
    html! {
        <div class="dialog-actions">
            {children.map(|children| children())}
            <a class="button" href=back data-noscroll="" autofocus=careful on:click=close>"Cancel"</a>
            <button class=if danger { "button button-danger" } else { "button button-primary" } type="submit" aria-disabled=busy>
                {submit}
            </button>
        </div>
    }
}
