//! The table of tokens: one page of it, the links to the pages beside it, and what stands there without any.

use super::{PermissionTags, Time, TokenList};
use crate::{
    domain::{Token, TokenPage},
    paths,
    ui::{Empty, Menu, MenuItem},
};
use leptos::prelude::*;

#[component]
pub fn TokenTable(tokens: TokenPage) -> impl IntoView {
    let TokenPage { tokens, next, previous, count } = tokens;
    if tokens.is_empty() {
        return view! { <NoTokens exist={count > 0} /> }.into_any();
    }
    view! {
        <div class="card">
            <table class="table">
                <caption class="visually-hidden">"Existing tokens, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Secret"</th>
                        <th scope="col">"Permissions"</th>
                        <th scope="col">"Created"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{tokens.into_iter().map(|token| view! { <TokenRow token /> }).collect_view()}</tbody>
            </table>
        </div>
        <Pager next previous />
    }
    .into_any()
}

/// The id of the dots of a token's row: where the focus returns to from its prompts.
pub fn dots_id(token: &str) -> String {
    format!("actions-{token}")
}

#[component]
fn TokenRow(token: Token) -> impl IntoView {
    let list = TokenList::here();
    let Token { id, name, description, permissions, secret_hint, created_at, .. } = token;
    let name = String::from(name);
    let item =
        |label, icon, path: String, danger| MenuItem { label, icon, href: list.prompt_href(&path), danger };
    let items = vec![
        item("Edit", "edit", paths::token_edit(id), false),
        item("Delete", "delete", paths::token_delete(id), true),
    ];
    view! {
        <tr>
            <th scope="row" class="cell-name">
                <span class="token-name">{name.clone()}</span>
                <span class="token-description">{String::from(description)}</span>
            </th>
            <td data-label="Secret"><code>{secret_hint.to_string()}</code></td>
            <td data-label="Permissions"><PermissionTags token=id permissions /></td>
            <td data-label="Created"><Time at=created_at /></td>
            <td class="cell-actions"><Menu id=dots_id(&id.to_string()) label=format!("Actions for {name}") items /></td>
        </tr>
    }
}

#[component]
fn Pager(next: Option<String>, previous: Option<String>) -> impl IntoView {
    let link = |cursor: Option<String>, text| {
        cursor.map(|cursor| {
            let href = format!("{}?cursor={cursor}", paths::TOKENS);
            view! { <a class="button" href=href>{text}</a> }
        })
    };
    let turns = next.is_some() || previous.is_some();
    turns.then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {link(previous, "Newer")}
                {link(next, "Older")}
            </nav>
        }
    })
}

/// No rows: either there are no tokens at all, or this page has been emptied.
#[component]
fn NoTokens(exist: bool) -> impl IntoView {
    if exist {
        view! {
            <Empty icon="key" title="Nothing is left on this page">
                <p>"Its tokens have been deleted."</p>
                <a class="button" href=paths::TOKENS>"Back to the first page"</a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty icon="key" title="No tokens yet">
                <p>"A token lets a program call your API: a nightly job, a deploy, a colleague’s script. Give each its own, with only what it needs, and you can always tell who called, and end one without breaking the rest."</p>
                <a class="button" data-noscroll="" href=paths::TOKEN_NEW>"Create your first token"</a>
            </Empty>
        }
        .into_any()
    }
}
