//! The Tokens page: its head, the filters and the table.

use super::{
    filters::Filters,
    newcomers::{Newcomers, NewcomersNotice},
    table::{Foot, NoTokens, Table},
};
use crate::{
    components::{CREATE_BUTTON, SettingsHeader, Shell, filter_chips, refused, screen},
    domain::{
        Concern, Error, Right, TokenChoices, TokenListForm, TokenPage, TokenStatus, TokensData,
        count_in_words,
    },
    paths,
    server_fns::LoadTokens,
    ui::{Empty, html},
};
use leptos::{ev, prelude::*};

pub fn tokens_page() -> AnyView {
    Newcomers::provide();
    screen::<LoadTokens>("Tokens", tab)
}

fn tab(TokensData { form, page, choices }: TokensData) -> AnyView {
    let count = page.as_ref().map(|page| count_in_words(page.count)).unwrap_or_default();
    // Without any token there is nothing to find.
    let is_bare = matches!(&page, Ok(page) if page.count == 0);
    let chips = chips(&form, &choices);
    html! {
        <SettingsHeader tab=paths::TOKENS />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">
                    "Tokens " <span class="count">{count}</span>
                </h2>
                {is_bare.then(|| html! {
                    <p class="section-hint">"Keys that let programs call your API. Give each the least it needs."</p>
                })}
            </div>
            <CreateButton form=form.clone() />
        </div>
        {(!is_bare).then(|| html! { <Filters form=form.clone() choices /> })}
        {chips}
        {results(form, page)}
    }
}

/// A chip for each active filter of the table.
fn chips(form: &TokenListForm, choices: &TokenChoices) -> AnyView {
    let filters = form.filters().into_iter().filter(|(_, value)| !value.trim().is_empty());
    let filters = filters.map(|(name, value)| {
        let known = match name {
            "status" => TokenStatus::from_name(value).map(|status| status.in_words().to_owned()),
            "concern" => Concern::from_name(value).map(|concern| concern.in_words().to_owned()),
            "owner" => {
                let owner = choices.owners.iter().find(|owner| owner.id.to_string() == value);
                owner.map(|owner| owner.name.as_str().to_owned())
            }
            "q" => Some(format!("“{}”", value.trim())),
            "metadata" => Some(format!("Metadata {}", value.trim())),
            _ => None,
        };
        (name, known.unwrap_or_else(|| value.to_owned()))
    });
    filter_chips(paths::TOKENS, &form.at(None).pairs(), filters)
}

fn results(form: TokenListForm, page: Result<TokenPage, Error>) -> AnyView {
    let mut page = match page {
        Ok(page) => page,
        Err(error) => return no_table(&error),
    };
    let said = form.narrows().then(|| {
        let words = format!("{} of {} match.", count_in_words(page.fitting), count_in_words(page.count));
        html! { <p class="fitting" role="status">{words}" "<a href=paths::TOKENS>"Clear filters"</a></p> }
    });
    let newcomers = Newcomers::leave_out(&form, &mut page.list.tokens);
    if page.list.tokens.is_empty() && newcomers == 0 {
        let foot = html! { <Foot form=form.clone() next=None previous=None exports={page.count > 0} /> };
        return html! { <NoTokens exist={page.count > 0} narrowed=form.narrows() />{foot} };
    }
    let (next, previous) = (page.list.next.clone(), page.list.previous.clone());
    html! {
        {said}
        {(newcomers > 0).then(|| html! { <NewcomersNotice count=newcomers /> })}
        <Table form=form.clone() page />
        <Foot form next previous />
    }
}

/// Leads to the create prompt, and back to the same table: a button that also works without scripts.
#[component]
fn CreateButton(form: TokenListForm) -> impl IntoView {
    match Shell::here().role().why_not(Right::ManageOwnTokens) {
        None => {
            let shell = Shell::here();
            let href = paths::with_search(paths::TOKEN_NEW, &paths::query(&form.pairs()));
            let kept = form.pairs().into_iter().map(|(name, value)| {
                let value = value.to_owned();
                html! { <input type="hidden" name=name value=value /> }
            });
            let sent = move |event: ev::SubmitEvent| {
                event.prevent_default();
                shell.go_to(href.clone());
            };
            html! {
                <form class="head-action" action=paths::TOKEN_NEW on:submit=sent>
                    {kept.collect_view()}
                    <button class="button button-primary" type="submit" id=CREATE_BUTTON>"Create token"</button>
                </form>
            }
        }
        Some(why) => refused("Create token", why),
    }
}

/// Shown when the URL was made by hand and asks for something that does not exist.
fn no_table(error: &Error) -> AnyView {
    let detail = match error {
        Error::Invalid { errors } => errors.first().map(|e| e.detail.clone()).unwrap_or_default(),
        other => other.to_string(),
    };
    html! {
        <Empty icon="key" title="This page cannot be found">
            <p role="alert">{detail}</p>
            <a class="button" href=paths::TOKENS>"First page"</a>
        </Empty>
    }
}
