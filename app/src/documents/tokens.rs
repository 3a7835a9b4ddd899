//! Settings > Tokens: the head, the filters and the table. Nothing here is hydrated: the browser puts a newer table in
//! the place of an older one, and only the prompts over it are a part of the application.

use super::token_table::{Foot, NoTokens, Table};
use crate::{
    api::{self, TableHtml},
    components::SettingsHeader,
    domain::{
        Concern, Error, Right, TokenChoices, TokenListForm, TokenPage, TokenStatus, count_in_words, may,
    },
    paths,
    ui::Empty,
};
use leptos::prelude::*;

/// What the tab shows.
#[derive(Clone)]
pub struct TokensTab {
    pub form: TokenListForm,
    pub page: Result<TokenPage, Error>,
    pub choices: TokenChoices,
}

/// What the query of an address asks for.
pub fn list_form(query: &str) -> TokenListForm {
    url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).collect()
}

/// The whole tab.
pub fn tokens_tab(tab: TokensTab) -> AnyView {
    let TokensTab { form, page, choices } = tab;
    let count = count(&page);
    // Without any token there is nothing to find.
    let is_bare = matches!(&page, Ok(page) if page.count == 0);
    view! {
        <SettingsHeader tab=paths::TOKENS />
        <div class="head">
            <div>
                <h2 class="section-title" id="tokens-heading" tabindex="-1">"Tokens " <span class="count" id="tokens-count">{count}</span></h2>
                <p class="section-hint">"Keys that let programs call your API. Give each the least it needs."</p>
            </div>
            <CreateButton form=form.clone() />
        </div>
        <div id="tokens-tools" hidden=is_bare><Filters form=form.clone() choices /></div>
        <div id="tokens-results">{results(form, page)}</div>
    }
    .into_any()
}

/// The table alone. What cannot be asked for is said in its place.
pub fn tokens_table(form: TokenListForm, page: Result<TokenPage, Error>) -> TableHtml {
    let count = count(&page);
    TableHtml { count, html: Owner::new().with(|| results(form, page).to_html()) }
}

fn count(page: &Result<TokenPage, Error>) -> String {
    page.as_ref().map(|page| count_in_words(page.count)).unwrap_or_default()
}

fn results(form: TokenListForm, page: Result<TokenPage, Error>) -> AnyView {
    let page = match page {
        Ok(page) => page,
        Err(error) => return no_table(&form, &error),
    };
    let said = form.narrows().then(|| {
        let words = format!("{} of {} fit.", count_in_words(page.fitting), count_in_words(page.count));
        view! { <p class="fitting" role="status">{words}" "<a href=paths::TOKENS>"Show all"</a></p> }
    });
    if page.list.tokens.is_empty() {
        let foot = view! { <Foot form=form.clone() next=None previous=None /> };
        return view! { <NoTokens exist={page.count > 0} narrowed=form.narrows() />{foot} }.into_any();
    }
    let (next, previous) = (page.list.next.clone(), page.list.previous.clone());
    view! {
        {said}
        <Table form=form.clone() page />
        <Foot form next previous />
    }
    .into_any()
}

/// A button that leads to the create prompt. A form of its own, so that it is one without scripts too.
#[component]
fn CreateButton(form: TokenListForm) -> impl IntoView {
    match api::role().why_not(Right::ManageOwnTokens) {
        None => view! {
            <form class="head-action" method="get" action=paths::TOKEN_NEW data-place="">
                {hidden(&form)}
                <button class="button button-primary" type="submit" id="create-token">"Create token"</button>
            </form>
        }
        .into_any(),
        Some(why) => view! {
            <div class="head-action head-why">
                <button class="button button-primary" type="button" aria-disabled="true" aria-describedby="why-not">"Create token"</button>
                <p class="section-hint" id="why-not">{why}</p>
            </div>
        }
        .into_any(),
    }
}

/// The state of the list, for a form that leads away from it.
fn hidden(form: &TokenListForm) -> impl IntoView + use<> {
    let pairs = form.pairs().into_iter().map(|(name, value)| (name, value.to_owned()));
    pairs.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()
}

#[component]
fn Filters(form: TokenListForm, choices: TokenChoices) -> impl IntoView {
    let status = TokenStatus::ALL.map(|status| (status.as_str().to_owned(), status.in_words().to_owned()));
    let concern = Concern::ALL.map(|concern| (concern.as_str().to_owned(), concern.in_words().to_owned()));
    let owner = choices.owners.into_iter().map(|owner| (owner.id.to_string(), String::from(owner.name)));
    let permission = choices.permissions.into_iter().map(|p| (p.to_string(), p.to_string()));
    let select = |name, label, all, chosen: &String, options: Vec<(String, String)>| {
        let chosen = chosen.clone();
        view! { <Select name label all chosen options /> }
    };
    let everybody = may(api::role(), Right::SeeAllTokens);
    view! {
        <form class="filters token-filters" role="search" method="get" action=paths::TOKENS data-place="" aria-label="Find tokens">
            <div class="field token-search">
                <label class="visually-hidden" for="token-search">"Search"</label>
                <input class="input" type="search" id="token-search" name="q" value=form.q.clone() autocomplete="off"
                    placeholder="Search tokens" title="In names and descriptions, the beginning of ids, and the last four characters of secrets" />
            </div>
            {select("status", "Status", "Any status", &form.status, status.to_vec())}
            {everybody.then(|| select("owner", "Owner", "Anybody’s", &form.owner, owner.collect()))}
            {select("permission", "Permission", "Any permission", &form.permission, permission.collect())}
            {select("concern", "Worth a look", "All tokens", &form.concern, concern.to_vec())}
            <input type="hidden" name="sort" value=form.sort.clone() />
            <div class="filters-actions">
                <button class="button" type="submit">"Search"</button>
            </div>
        </form>
    }
}

/// One of several, or all of them. What is chosen stays to be seen when it is not offered any more.
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
    view! {
        <div class="field">
            <label class="visually-hidden" for=id.clone()>{label}</label>
            <select class="input" id=id name=name>
                <option value="">{all}</option>
                {is_lost.then(|| view! { <option value=chosen.clone() selected>{chosen.clone()}</option> })}
                {options.into_iter().map(|(value, words)| {
                    let selected = value == chosen;
                    view! { <option value=value selected=selected>{words}</option> }
                }).collect_view()}
            </select>
        </div>
    }
}

/// The table could not be shown: an address made by hand, or a server that cannot answer now.
fn no_table(form: &TokenListForm, error: &Error) -> AnyView {
    if let Error::Invalid { errors } = error {
        let detail = errors.first().map(|e| e.detail.clone()).unwrap_or_default();
        return view! {
            <Empty icon="key" title="This page cannot be found">
                <p role="alert">{detail}</p>
                <a class="button" href=paths::TOKENS>"First page"</a>
            </Empty>
        }
        .into_any();
    }
    let (here, detail) = (paths::tokens(form), error.to_string());
    view! {
        <Empty icon="key" title="The tokens cannot be shown">
            <p role="alert">{detail}</p>
            <a class="button" href=here rel="external">"Try again"</a>
        </Empty>
    }
    .into_any()
}
