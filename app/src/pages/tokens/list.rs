//! The Tokens page: its head, the filters and the table.

use super::{
    filters::Filters,
    newcomers::{Newcomers, NewcomersNotice},
    table::{Foot, NoTokens, Table},
};
use crate::{
    components::{CREATE_BUTTON, SettingsHeader, Shell, refused, screen},
    domain::{Error, Right, TokenListForm, TokenPage, TokensData, count_in_words},
    paths,
    server_fns::LoadTokens,
    ui::{Empty, html},
};
use leptos::prelude::*;

pub fn tokens_page() -> AnyView {
    Newcomers::provide();
    screen::<LoadTokens>("Tokens", tab)
}

fn tab(TokensData { form, page, choices }: TokensData) -> AnyView {
    let count = page.as_ref().map(|page| count_in_words(page.count)).unwrap_or_default();
    // Without any token there is nothing to find.
    let is_bare = matches!(&page, Ok(page) if page.count == 0);
    html! {
        <SettingsHeader tab=paths::TOKENS />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">
                    "Tokens " <span class="count">{count}</span>
                </h2>
                <p class="section-hint">"Keys that let programs call your API. Give each the least it needs."</p>
            </div>
            <CreateButton form=form.clone() />
        </div>
        {(!is_bare).then(|| html! { <Filters form=form.clone() choices /> })}
        {results(form, page)}
    }
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
        let foot = html! { <Foot form=form.clone() next=None previous=None /> };
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

/// Leads to the create prompt.
#[component]
fn CreateButton(form: TokenListForm) -> impl IntoView {
    match Shell::here().role().why_not(Right::ManageOwnTokens) {
        None => {
            let href = paths::with_search(paths::TOKEN_NEW, &paths::query(&form.pairs()));
            html! {
                <a class="button button-primary head-action" role="button" id=CREATE_BUTTON href=href data-noscroll="">"Create token"</a>
            }
        }
        Some(why) => refused("Create token", why),
    }
}

/// The address was made by hand, and asks for what there is not.
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
