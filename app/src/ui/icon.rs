//! One symbol of the sprite in `public/icons.svg`. Decoration: the words beside it carry the meaning.

use super::html;
use leptos::prelude::*;

#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    html! {
        <svg class="icon" aria-hidden="true">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
