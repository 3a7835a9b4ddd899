//! The filters of the audit log: what was done, who did it or had it done to them, to which token, when, and from
//! where.

use crate::{
    client,
    components::QueryForm,
    domain::{AuditForm, EventKind, Owner, Timestamp},
    paths,
    ui::{effect, html},
};
use leptos::prelude::*;

#[component]
pub fn Filters(form: AuditForm, people: Vec<Owner>) -> impl IntoView {
    let narrows = form.narrows();
    let kinds: Vec<_> = EventKind::GROUPS.into_iter().map(|group| kinds_of(group, &form.kind)).collect();
    let person = form.person.clone();
    // The chosen person stays visible even if they are not offered.
    let is_lost = !person.is_empty() && people.iter().all(|one| one.id.to_string() != person);
    let lost = is_lost.then(|| choice(person.clone(), person.clone(), true));
    let people: Vec<_> = people
        .into_iter()
        .map(|one| {
            let id = one.id.to_string();
            let is_chosen = id == person;
            choice(id, String::from(one.name), is_chosen)
        })
        .collect();
    html! {
        <QueryForm action=paths::AUDIT class="filters" label="Filter">
            <div class="field">
                <label class="field-label" for="kind">"What"</label>
                <select class="input" id="kind" name="kind" prop:value=form.kind>
                    <option value="">"Everything"</option>
                    {kinds}
                </select>
            </div>
            <div class="field">
                <label class="field-label" for="person">"Who"</label>
                <select class="input" id="person" name="person" title="What they did, and what was done to them" prop:value=person.clone()>
                    <option value="">"Anyone"</option>
                    {lost}
                    {people}
                </select>
            </div>
            {text("token", "Token", "Token ID", form.token)}
            {day("from", "From", form.from)}
            {day("to", "To", form.to)}
            {text("address", "Address", "IP address", form.address)}
            <div class="filters-actions">
                <button class="button" type="submit">"Filter"</button>
                {narrows.then(|| html! { <a class="button" href=paths::AUDIT>"Clear"</a> })}
            </div>
        </QueryForm>
    }
}

fn kinds_of(group: &'static str, chosen: &str) -> AnyView {
    let kinds = EventKind::ALL.iter().filter(|kind| kind.group() == group);
    let options: Vec<_> = kinds
        .map(|kind| {
            let words = kind.in_words().trim_end_matches(':');
            choice(kind.as_str().to_owned(), words.to_owned(), kind.as_str() == chosen)
        })
        .collect();
    html! { <optgroup label=group>{options}</optgroup> }
}

fn choice(value: String, words: String, is_chosen: bool) -> AnyView {
    html! { <option value=value selected=is_chosen>{words}</option> }
}

/// A filter by text. It keeps what is typed while somebody is typing, and otherwise follows the URL.
fn text(id: &'static str, label: &'static str, hint: &'static str, value: String) -> AnyView {
    let shown = value.clone();
    effect(move || client::show_value(id, &shown));
    html! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <input class="input" type="search" id=id name=id value=value placeholder=hint autocomplete="off" spellcheck="false" />
        </div>
    }
}

/// A filter by day, which holds a day or nothing. While a year is being typed the field passes through days long ago,
/// which lead nowhere.
fn day(id: &'static str, label: &'static str, value: String) -> AnyView {
    let value = if Timestamp::of_day(&value).is_some() { value } else { String::new() };
    let shown = value.clone();
    effect(move || client::show_value(id, &shown));
    html! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <input class="input" type="date" id=id name=id value=value min="2000-01-01" autocomplete="off" />
        </div>
    }
}
