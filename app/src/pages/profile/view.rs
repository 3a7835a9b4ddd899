//! The display settings of this browser for tables and times. They apply at once and are kept in the browser: the
//! server only reads them.

use crate::{FormOutcome, components::Shell, ui::html};
use leptos::{ev, prelude::*};

/// The columns of the token table that can be left out, by the word that leaves them out.
const COLUMNS: [(&str, &str); 5] = [
    ("no-secret", "Secret"),
    ("no-permissions", "Permissions"),
    ("no-used", "Last used"),
    ("no-expires", "Expires"),
    ("no-owner", "Owner"),
];

/// Empty on a page that runs no script.
pub fn view_section() -> AnyView {
    if FormOutcome::here().is_some() {
        return ().into_any();
    }
    html! {
        <section class="card section needs-script" aria-labelledby="view-title">
            <h2 class="section-title" id="view-title">"Display"</h2>
            <p class="section-hint">"Applies to this browser."</p>
            <div class="radios">
                {choice("compact", "Compact rows", true)}
                {choice("exact", "Exact times instead of “2 hours ago”", true)}
            </div>
            <fieldset class="field">
                <legend class="field-label">"Columns of the token table"</legend>
                <div class="radios">
                    {COLUMNS.map(|(word, label)| choice(word, label, false)).collect_view()}
                </div>
            </fieldset>
        </section>
    }
}

/// A checkbox that is checked if the word is among the settings, or if it is not, depending on `holds`.
fn choice(word: &'static str, label: &'static str, holds: bool) -> AnyView {
    let shell = Shell::here();
    let checked = shell.context().with_untracked(|context| context.shows(word)) == holds;
    let changed = move |event: ev::Event| {
        shell.choose_view(word, event_target_checked(&event) == holds);
    };
    html! {
        <label class="radio">
            <input type="checkbox" checked=checked on:change=changed />
            <span>{label}</span>
        </label>
    }
}
