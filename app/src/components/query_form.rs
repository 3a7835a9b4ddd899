//! A form that asks for another view of its screen: its fields become the query. Hydrated, it leads there when it is
//! sent, when a choice in it changes, and when somebody pauses while typing.

use super::Shell;
use crate::{
    client::{self, FormElement},
    paths,
    ui::html,
};
use leptos::{ev, prelude::*};
use std::time::Duration;

/// Pause after typing before the query is sent.
const TYPING: Duration = Duration::from_millis(200);

/// The fields that lead on as soon as they change. A date does so once it is one that the field allows.
const LEADS_AT_ONCE: &str = "select, input[type=date]:valid";

#[component]
pub fn QueryForm(
    /// The path that the query is added to.
    action: &'static str,
    class: &'static str,
    /// The purpose of the form, for screen readers.
    #[prop(optional)]
    label: Option<&'static str>,
    /// Leads on as soon as something in the form changes.
    #[prop(default = true)]
    at_once: bool,
    children: Children,
) -> impl IntoView {
    let shell = Shell::here();
    let lead = move |form: FormElement, is_on_the_way: bool, event: &ev::Event| {
        // Somebody may have left during the pause.
        if is_on_the_way && !client::is_at(action) {
            return;
        }
        // What was typed before is a part of this, and must not come after what comes next.
        client::forget_pause();
        client::note_search(&form);
        let mut pairs = client::pairs_of(&client::fields_of(&form, event));
        pairs.retain(|(_, value)| !value.trim().is_empty());
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.trim())).collect();
        shell.lead_to(paths::with_search(action, &paths::query(&pairs)), is_on_the_way);
    };
    let submitted = move |event: ev::SubmitEvent| {
        if let Some(form) = client::here(&event) {
            event.prevent_default();
            lead(form, false, &event);
        }
    };
    let changed = move |event: ev::Event| {
        if at_once
            && client::is_within(&event, LEADS_AT_ONCE)
            && let Some(form) = client::here(&event)
        {
            lead(form, false, &event);
        }
    };
    let typed = move |event: ev::Event| {
        if at_once
            && client::is_within(&event, "input[type=search]")
            && let Some(form) = client::here(&event)
        {
            // The timer outlives this form: the answer to an earlier query may draw another form.
            client::after_pause(TYPING, move || lead(form, true, &event));
        }
    };
    let clicked = move |event: ev::MouseEvent| {
        if client::is_within(&event, "a") {
            client::forget_pause();
        }
    };
    html! {
        <form class=class role=label.map(|_| "search") method="get" action=action aria-label=label
            on:submit=submitted on:change=changed on:input=typed on:click=clicked>
            {children()}
        </form>
    }
}
