//! The empty state of a list: a picture, a sentence, and a way on.

use super::{Icon, html};
use leptos::prelude::*;

#[component]
pub fn Empty(icon: &'static str, #[prop(into)] title: String, children: Children) -> impl IntoView {
    html! {
        <div class="empty">
            <span class="empty-picture"><Icon name=icon /></span>
            <h2 class="empty-title">{title}</h2>
            {children()}
        </div>
    }
}
