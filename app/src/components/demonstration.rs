//! The bar above every page of a demonstration.

use crate::ui::html;
use leptos::prelude::*;

pub fn demonstration_bar() -> AnyView {
    html! {
        <header class="demonstration">
            <p role="note">"This is a demonstration: its data is made up, and gone when it stops."</p>
        </header>
    }
}
