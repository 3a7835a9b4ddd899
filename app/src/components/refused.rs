//! An action that somebody may not take, shown all the same with the reason beside it.

use crate::ui::html;
use leptos::prelude::*;

/// Takes the place of the first action of a screen.
pub fn refused(action: &'static str, why: &'static str) -> AnyView {
    html! {
        <div class="head-action head-why">
            <button class="button button-primary" type="button" aria-disabled="true" aria-describedby="why-not">{action}</button>
            <p class="section-hint" id="why-not">{why}</p>
        </div>
    }
}
