//! A narrow card in the middle of the window, with the product's name above it.

use crate::ui::Icon;
use leptos::prelude::*;

#[component]
pub fn AuthCard(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class="auth">
            <p class="brand"><Icon name="mark" />"Tokenry"</p>
            <div class="card auth-card">
                <h1 class="page-title">{title}</h1>
                {children()}
            </div>
        </div>
    }
}
