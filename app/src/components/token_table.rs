//! The table of tokens: one page of it, the links to the pages beside it, and what stands there without any.

use super::{PermissionTags, Time, TokenList};
use crate::{
    api,
    domain::{Right, Timestamp, Token, TokenPage, may},
    paths,
    ui::{Empty, Menu, MenuItem, NoMenu},
};
use leptos::prelude::*;

#[component]
pub fn TokenTable(tokens: TokenPage) -> impl IntoView {
    let TokenPage { tokens, next, previous, count, now } = tokens;
    let everybody = may(api::role(), Right::SeeAllTokens);
    if tokens.is_empty() {
        return view! { <NoTokens exist={count > 0} /> }.into_any();
    }
    view! {
        <div class="card">
            <table class="table token-table">
                <caption class="visually-hidden">"Existing tokens, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Secret"</th>
                        <th scope="col">"Permissions"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col">"Expires"</th>
                        {everybody.then(|| view! { <th scope="col">"Owner"</th> })}
                        <th scope="col">"Status"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{tokens.into_iter().map(|token| view! { <TokenRow token now /> }).collect_view()}</tbody>
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
fn TokenRow(
    token: Token,
    /// When the table was read: no clock of the browser's, so that both sides draw the same.
    now: Timestamp,
) -> impl IntoView {
    let (list, role, status) = (TokenList::here(), api::role(), token.status(now).in_words());
    let Token {
        id,
        name,
        description,
        permissions,
        secret_hint,
        owner,
        last_used,
        expires_at,
        disabled_at,
        ..
    } = token;
    let (name, owner) = (String::from(name), String::from(owner.name));
    // The word of a prompt is the name of its icon, too.
    let item = |label, word, danger, external| {
        let path = paths::token_prompt(id, word);
        let href = if external { path } else { list.prompt_href(&path) };
        MenuItem { label, icon: word, href, danger, external }
    };
    let mut items = vec![item("Edit", "edit", false, false), item("Rotate", "rotate", false, true)];
    if may(role, Right::ManageAllTokens) {
        items.push(item("Hand over", "hand-over", false, true));
    }
    let (label, word) = if disabled_at.is_some() { ("Enable", "enable") } else { ("Disable", "disable") };
    let activity = MenuItem {
        label: "View activity",
        icon: "activity",
        href: paths::token(id),
        danger: false,
        external: true,
    };
    items.extend([item(label, word, false, true), activity, item("Delete", "delete", true, false)]);
    let (dots, label) = (dots_id(&id.to_string()), format!("Actions for {name}"));
    view! {
        <tr data-status=status>
            <th scope="row" class="cell-name">
                <a class="token-name" href=paths::token(id) rel="external">{name}</a>
                <span class="token-description">{String::from(description)}</span>
            </th>
            <td data-label="Secret"><code>{secret_hint.to_string()}</code></td>
            <td data-label="Permissions"><PermissionTags token=id permissions /></td>
            <td data-label="Last used">
                {match last_used {
                    Some(used) => view! { <Time at=used.at /> }.into_any(),
                    None => view! { <span class="quiet">"Never used"</span> }.into_any(),
                }}
            </td>
            <td data-label="Expires">
                {match expires_at {
                    Some(at) => view! { <time datetime=at.to_string() title=at.end_in_words()>{at.last_before().date()}</time> }.into_any(),
                    None => view! { <span class="quiet">"Never"</span> }.into_any(),
                }}
            </td>
            {may(role, Right::SeeAllTokens).then(|| view! { <td data-label="Owner" class="cell-owner">{owner}</td> })}
            <td data-label="Status"><span class="status" data-status=status>{status}</span></td>
            <td class="cell-actions">
                {match role.why_not(Right::ManageOwnTokens) {
                    None => view! { <Menu id=dots label items /> }.into_any(),
                    Some(why) => view! { <NoMenu id=dots label=format!("{label}: {why}") why /> }.into_any(),
                }}
            </td>
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
        let may_create = may(api::role(), Right::ManageOwnTokens);
        view! {
            <Empty icon="key" title="No tokens yet">
                <p>"A token lets a program call your API: a nightly job, a deploy, a colleague’s script. Give each its own, with only what it needs, and you can always tell who called, and end one without breaking the rest."</p>
                {may_create.then(|| view! { <a class="button" data-noscroll="" href=paths::TOKEN_NEW>"Create your first token"</a> })}
            </Empty>
        }
        .into_any()
    }
}
