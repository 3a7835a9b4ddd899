//! Boxes about single tokens, in a form that changes several, or their owner.

use super::FormState;
use crate::domain::{HOLDERS_LISTED, Tick};
use leptos::prelude::*;

/// A box for each, as far as there is room for them; nothing where there are none. What was ticked before the form was
/// refused still is.
#[component]
pub fn Ticks(
    /// Names the field, and begins the ids of its parts.
    name: &'static str,
    legend: &'static str,
    hint: String,
    ticks: Vec<Tick>,
) -> impl IntoView {
    if ticks.is_empty() {
        return ().into_any();
    }
    let sent = FormState::here().sent().get_untracked();
    let is_ticked = |value: &str| sent.iter().any(|(field, sent)| field == name && sent == value);
    let more = ticks.len().saturating_sub(HOLDERS_LISTED);
    let more = (more > 0).then(|| format!("and {more} more, without a box"));
    let hint_id = format!("{name}-hint");
    let described = hint_id.clone();
    view! {
        <fieldset class="field" aria-describedby=described>
            <legend class="field-label">{legend}</legend>
            <p class="field-hint" id=hint_id>{hint}</p>
            {ticks.into_iter().take(HOLDERS_LISTED).map(|Tick { value, text }| {
                let checked = is_ticked(&value);
                view! {
                    <label class="radio">
                        <input type="checkbox" name=name value=value checked=checked />
                        <span>{text}</span>
                    </label>
                }
            }).collect_view()}
            {more.map(|text| view! { <p class="field-hint">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

/// One box that widens a change to the tokens that were made by those it is about; nothing where there are none.
#[component]
pub fn WithChildren(also_made: String) -> impl IntoView {
    let checked = FormState::here().typed("with_children", "") == "true";
    (!also_made.is_empty()).then(|| {
        view! {
            <label class="radio">
                <input type="checkbox" name="with_children" value="true" checked=checked />
                <span>{also_made}</span>
            </label>
        }
    })
}
