//! Lines to read, and to copy into a shell or a program.

use crate::{
    client,
    ui::{Icon, html},
};
use leptos::{prelude::*, task::spawn_local};

const COPIED: &str = "Copied to the clipboard.";
const SELECTED: &str = "The browser does not allow copying. The text is selected: press Ctrl+C or ⌘C.";

#[component]
pub fn Example(
    /// The id of the text, unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    text: String,
) -> impl IntoView {
    let outcome = RwSignal::new(String::new());
    let named = format!("Copy: {label}");
    let source = id.clone();
    let copy = move |_| {
        let source = source.clone();
        spawn_local(async move {
            let is_copied = client::copy_text_of(&source).await;
            let _ = outcome.try_set(if is_copied { COPIED } else { SELECTED }.to_owned());
        });
    };
    let outcome: Signal<String> = outcome.into();
    html! {
        <figure class="example">
            <figcaption class="example-head">
                <span>{label}</span>
                <span class="copy-outcome" role="status">{outcome}</span>
                <button type="button" class="button button-small needs-script" aria-label=named on:click=copy>
                    <Icon name="copy" />
                    "Copy"
                </button>
            </figcaption>
            <pre><code id=id>{text}</code></pre>
        </figure>
    }
}
