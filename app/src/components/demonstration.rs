//! What a demonstration says above every page.

use leptos::prelude::*;

pub fn demonstration_bar() -> AnyView {
    view! {
        <header class="demonstration">
            <p role="note">"This is a demonstration: its data is made up, and gone when it stops."</p>
        </header>
    }
    .into_any()
}
