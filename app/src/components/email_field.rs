//! A field for an e-mail address in any script. Its type is not `email`: browsers then refuse some scripts, or write the
//! address in another one.

use crate::ui::{FieldMessages, html, is_invalid};
use leptos::prelude::*;

#[component]
pub fn EmailField(
    #[prop(default = "email")] name: &'static str,
    value: String,
    /// Whether the focus starts here.
    first: bool,
    error: Signal<String>,
    /// `username` for the address that somebody signs in with.
    #[prop(default = "username")]
    autocomplete: &'static str,
) -> impl IntoView {
    html! {
        <div class="field">
            <label class="field-label" for="email">"E-mail address"</label>
            <input
                class="input"
                type="text"
                inputmode="email"
                autocapitalize="none"
                spellcheck="false"
                id="email"
                name=name
                value=value
                autocomplete=autocomplete
                autofocus=first
                aria-describedby="email-error email-theirs"
                aria-invalid=is_invalid(error)
            />
            <FieldMessages id="email" error theirs=Signal::stored(String::new()) />
        </div>
    }
}
