//! The breadcrumb of a screen: the list that it belongs to, and itself.

use crate::ui::html;
use leptos::prelude::*;

#[component]
pub fn Breadcrumb(
    /// The list, by its URL and its name.
    list: (&'static str, &'static str),
    here: String,
) -> impl IntoView {
    let (href, name) = list;
    html! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <ol>
                <li><a href=href>{name}</a></li>
                <li aria-current="page">{here}</li>
            </ol>
        </nav>
    }
}
