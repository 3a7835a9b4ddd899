//! The head of every settings page: its title and its tabs. A tab is a link; there is one for each that works.

use crate::paths;
use leptos::prelude::*;

#[component]
pub fn SettingsHeader() -> impl IntoView {
    view! {
        <h1 class="page-title">"Settings"</h1>
        <nav class="tabs" aria-label="Settings">
            <a class="tab" href=paths::TOKENS aria-current="page">"Tokens"</a>
        </nav>
    }
}
