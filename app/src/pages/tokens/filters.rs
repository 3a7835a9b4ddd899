//! Finding tokens: the search and the filters above the table.

use crate::{
    client,
    components::{QueryForm, Shell},
    domain::{Concern, Right, TokenChoices, TokenListForm, TokenStatus},
    paths,
    ui::{effect, html},
};
use leptos::prelude::*;

/// The id of the search field.
const SEARCH: &str = "token-search";

/// Orders that are offered where the head of the table cannot be seen, besides the default one.
const ORDERS: [(&str, &str); 9] = [
    ("created_at", "Oldest first"),
    ("name", "Name, A to Z"),
    ("-name", "Name, Z to A"),
    ("-last_used_at", "Recently used first"),
    ("last_used_at", "Longest unused first"),
    ("expires_at", "Expiring first"),
    ("-permissions", "Most permissions first"),
    ("owner", "By owner"),
    ("status", "By status"),
];

#[component]
pub fn Filters(form: TokenListForm, choices: TokenChoices) -> impl IntoView {
    let status = TokenStatus::ALL.map(|status| (status.as_str().to_owned(), status.in_words().to_owned()));
    let concern = Concern::ALL.map(|concern| (concern.as_str().to_owned(), concern.in_words().to_owned()));
    let order = ORDERS.map(|(sort, words)| (sort.to_owned(), words.to_owned()));
    let owner = choices.owners.into_iter().map(|owner| (owner.id.to_string(), String::from(owner.name)));
    let permission = choices.permissions.into_iter().map(|p| (p.to_string(), p.to_string()));
    let select = |name, label, all, chosen: &String, options: Vec<(String, String)>| {
        let chosen = chosen.clone();
        html! { <Select name label all chosen options /> }
    };
    let has_metadata = choices.metadata || !form.metadata.is_empty();
    let searched = form.q.clone();
    effect(move || client::show_search(SEARCH, &searched));
    let everybody = Shell::here().may(Right::SeeAllTokens);
    html! {
        <QueryForm action=paths::TOKENS class="filters token-filters" label="Find tokens">
            <div class="field token-search">
                <label class="visually-hidden" for=SEARCH>"Search"</label>
                <input class="input" type="search" id=SEARCH name="q" value=form.q.clone() autocomplete="off"
                    placeholder="Search tokens" title="In names and descriptions, the beginning of ids, and the last four characters of secrets" />
            </div>
            {select("status", "Status", "Any status", &form.status, status.to_vec())}
            {everybody.then(|| select("owner", "Owner", "Any owner", &form.owner, owner.collect()))}
            {select("permission", "Permission", "Any permission", &form.permission, permission.collect())}
            {select("concern", "Needs attention", "Any attention", &form.concern, concern.to_vec())}
            {has_metadata.then(|| html! {
                <div class="field">
                    <label class="visually-hidden" for="filter-metadata">"Metadata"</label>
                    <input class="input" type="text" id="filter-metadata" name="metadata" value=form.metadata.clone()
                        prop:value=form.metadata.clone() autocomplete="off" placeholder="Metadata key:value" />
                </div>
            })}
            {select("sort", "Order", "Newest first", &form.sort, order.to_vec())}
            <div class="filters-actions">
                <button class="button" type="submit">"Search"</button>
            </div>
        </QueryForm>
    }
}

/// A choice of one of several values, or of all of them. The chosen value stays visible even if it is no longer
/// offered.
#[component]
fn Select(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    chosen: String,
    options: Vec<(String, String)>,
) -> impl IntoView {
    let id = format!("filter-{name}");
    let is_lost = !chosen.is_empty() && options.iter().all(|(value, _)| *value != chosen);
    html! {
        <div class="field">
            <label class="visually-hidden" for=id.clone()>{label}</label>
            <select class="input" id=id name=name prop:value=chosen.clone()>
                <option value="">{all}</option>
                {is_lost.then(|| html! { <option value=chosen.clone() selected>{chosen.clone()}</option> })}
                {options.into_iter().map(|(value, words)| {
                    let selected = value == chosen;
                    html! { <option value=value selected=selected>{words}</option> }
                }).collect_view()}
            </select>
        </div>
    }
}
