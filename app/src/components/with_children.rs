//! A checkbox in a form that ends tokens.

use super::FormState;
use crate::ui::html;
use leptos::prelude::*;

/// Extends a change to the tokens that were created by those it is about; empty if there are none.
#[component]
pub fn WithChildren(also_made: String) -> impl IntoView {
    let checked = FormState::here().typed("with_children", "") == "true";
    (!also_made.is_empty()).then(|| {
        html! {
            <label class="radio">
                <input type="checkbox" name="with_children" value="true" checked=checked />
                <span>{also_made}</span>
            </label>
        }
    })
}
