//! Lines to read, and to copy into a shell or a program.

use crate::ui::Icon;
use leptos::prelude::*;

/// `id` is that of the text, once on a page.
pub fn example(id: &str, label: &str, text: &str) -> AnyView {
    let (id, copy) = (id.to_owned(), format!("Copy: {label}"));
    let outcome = format!("{id}-outcome");
    view! {
        <figure class="example">
            <figcaption class="example-head">
                <span>{label.to_owned()}</span>
                <span class="copy-outcome" role="status" id=outcome></span>
                <button type="button" class="button button-small needs-script" data-copy=id.clone() aria-label=copy>
                    <Icon name="copy" />
                    "Copy"
                </button>
            </figcaption>
            <pre><code id=id>{text.to_owned()}</code></pre>
        </figure>
    }
    .into_any()
}
