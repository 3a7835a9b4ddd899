//! A form that asks for another view of its screen: its fields become the query. Hydrated, it leads there as it is sent,
//! when a choice in it changes, and while somebody types, once they pause.

use super::Shell;
use crate::{
    client::{self, FormElement},
    paths,
    ui::html,
};
use leptos::{ev, prelude::*};
use std::time::Duration;

/// How long somebody has to pause for what they typed to be taken.
const TYPING: Duration = Duration::from_millis(200);

/// What leads as soon as it is changed. A day does once it is one that the field allows.
const LEADS_AT_ONCE: &str = "select, input[type=date]:valid";

#[component]
pub fn QueryForm(
    /// The path that the query is added to.
    action: &'static str,
    class: &'static str,
    /// What it is for, to be read out.
    #[prop(optional)]
    label: Option<&'static str>,
    /// Leads as soon as something in it changes.
    #[prop(default = true)]
    at_once: bool,
    children: Children,
) -> impl IntoView {
    let shell = Shell::here();
    let lead = move |form: FormElement, is_on_the_way: bool, event: &ev::Event| {
        // Somebody may have left while they paused.
        if is_on_the_way && !client::is_at(action) {
            return;
        }
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
            // It outlives this form: the answer to what was typed before may draw another one.
            client::after_pause(TYPING, move || lead(form, true, &event));
        }
    };
    html! {
        <form class=class role=label.map(|_| "search") method="get" action=action aria-label=label
            on:submit=submitted on:change=changed on:input=typed>
            {children()}
        </form>
    }
}
