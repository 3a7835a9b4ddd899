//! The active filters of a table or a log. Each leads to the same screen without it.

use crate::{client, paths, ui::html};
use leptos::prelude::*;

/// `state` is the query of the screen's first page. A filter is its name in that query, and the text to show.
pub fn filter_chips(
    path: &str,
    state: &[(&'static str, &str)],
    filters: impl IntoIterator<Item = (&'static str, String)>,
) -> AnyView {
    let chip = |(name, words): (&'static str, String)| {
        let others: Vec<_> = state.iter().copied().filter(|(other, _)| *other != name).collect();
        let href = paths::with_search(path, &paths::query(&others));
        let label = format!("Remove filter {words}");
        html! {
            <li>
                <a class="chip" href=href data-noscroll="" aria-label=label on:click=|_| client::forget_pause()>
                    {words} " " <span aria-hidden="true">"×"</span>
                </a>
            </li>
        }
    };
    let chips: Vec<_> = filters.into_iter().map(chip).collect();
    if chips.is_empty() {
        return ().into_any();
    }
    html! { <ul class="chips" aria-label="Active filters">{chips}</ul> }
}
