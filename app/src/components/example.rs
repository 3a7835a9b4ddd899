//! Lines to read, and to copy into a shell or a program.

use crate::ui::{CopyButton, Copying};
use leptos::prelude::*;

#[component]
pub fn Example(
    /// Of the text, once on a page.
    id: &'static str,
    label: &'static str,
    text: String,
) -> impl IntoView {
    let copying = Copying::of(id);
    view! {
        <figure class="example">
            <figcaption class="example-head">
                <span>{label}</span>
                <span class="copy-outcome" role="status">{copying.outcome()}</span>
                <CopyButton copying label=format!("Copy: {label}") />
            </figcaption>
            <pre><code id=id>{text}</code></pre>
        </figure>
    }
}
