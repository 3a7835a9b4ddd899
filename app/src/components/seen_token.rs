//! The token that a form is about, in the version that was seen. After a conflict it is the version stored by then: the
//! person has been told of it before they send the form once more.

use super::{FormNotice, FormState};
use crate::{
    domain::{Error, Field, Token},
    ui::html,
};
use leptos::prelude::*;

const CHANGED: &str = "This token was changed after you opened this prompt.";
const AFTER_CHANGE: &str = "Submit again to apply this to the token as it is now, or cancel.";

impl FormState {
    /// The token as the form knows it: as it was read, or as the refusal has returned it.
    pub fn current(self, read: Token) -> Signal<Token> {
        let error = self.error;
        Signal::derive(move || match error.read().as_ref() {
            Some(Error::Conflict { current, .. }) => Token::clone(current),
            _ => read.clone(),
        })
    }
}

/// The fields that identify the token and its version.
#[component]
pub fn SeenToken(token: Signal<Token>) -> impl IntoView {
    let id = token.read_untracked().id.to_string();
    let version = Signal::derive(move || token.read().version.to_string());
    html! {
        <input type="hidden" name="id" value=id />
        <input type="hidden" name="version" prop:value=version value=version />
    }
}

/// The error that belongs to no field.
#[component]
pub fn TokenNotice() -> impl IntoView {
    let error = FormState::here().error;
    let text = Signal::derive(move || match error.read().as_ref() {
        None => String::new(),
        Some(Error::Conflict { who, .. }) => {
            [CHANGED, who.as_deref().unwrap_or_default(), AFTER_CHANGE].join(" ")
        }
        // No form has a field for this error: it is about the selection.
        Some(wrong @ Error::Invalid { .. }) => wrong.detail_for(Field::Cursor).unwrap_or_default().to_owned(),
        Some(other) => other.to_string(),
    });
    html! { <FormNotice text /> }
}
