//! The left navigation.

use crate::{paths, ui::Icon};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

#[component]
pub fn Sidebar() -> impl IntoView {
    let path = use_location().pathname;
    let in_settings = move || path.get().starts_with("/settings").then_some("page");
    view! {
        <nav class="sidebar" aria-label="Main">
            <a class="brand" href=paths::TOKENS>
                <Icon name="mark" />
                "Tokenry"
            </a>
            <a class="sidebar-link" href=paths::TOKENS aria-current=in_settings>
                <Icon name="settings" />
                "Settings"
            </a>
        </nav>
    }
}
