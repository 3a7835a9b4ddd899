//! A box in a form that ends tokens.

use super::FormState;
use crate::ui::html;
use leptos::prelude::*;

/// One box that widens a change to the tokens that were made by those it is about; nothing where there are none.
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
