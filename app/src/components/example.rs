//! Lines to read, and to copy into a shell or a program.

use crate::ui::{CopyButton, Copying, html};
use leptos::prelude::*;

#[component]
pub fn Example(
    /// The id of the text, unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    text: String,
) -> impl IntoView {
    let copying = Copying::of(&id);
    let named = format!("Copy: {label}");
    html! {
        <figure class="example">
            <figcaption class="example-head">
                <span>{label}</span>
                <span class="copy-outcome" role="status">{copying.outcome()}</span>
                <CopyButton copying label=named />
            </figcaption>
            <pre><code id=id>{text}</code></pre>
        </figure>
    }
}
