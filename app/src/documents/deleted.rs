//! Settings > Tokens, the deleted ones: what can be brought back, by whom it was had, and until when.

use super::Frame;
use crate::{
    components::{SettingsHeader, Time},
    domain::{DeletedToken, Workspace, days_in_words},
    paths,
    service::DeletedPage,
    ui::Empty,
};
use leptos::prelude::*;

pub fn deleted(frame: &Frame, page: &DeletedPage) -> String {
    let page = page.clone();
    frame.settings("Deleted tokens · Tokenry", false, move || {
        let DeletedPage { tokens, next, previous, workspace, why_not, may_undo_admins } = page;
        let rule = match workspace.undo_days {
            0 => "Deleted tokens cannot be brought back here.".to_owned(),
            days => format!(
                "A deleted token can be brought back for {}. Its secrets stay dead: it gets a new one.",
                days_in_words(days)
            ),
        };
        let is_turned = previous.is_some();
        view! {
            <SettingsHeader tab=paths::TOKENS />
            <p class="crumb"><a href=paths::TOKENS>"All tokens"</a></p>
            <div class="head">
                <div>
                    <h2 class="section-title">"Deleted tokens"</h2>
                    <p class="section-hint">{rule}</p>
                </div>
                {why_not.map(|why| view! { <p class="section-hint head-action head-why">{why}</p> })}
            </div>
            {if tokens.is_empty() {
                view! { <Nothing days=workspace.undo_days is_turned /> }.into_any()
            } else {
                view! { <Rows tokens workspace can_restore=why_not.is_none() may_undo_admins /> }.into_any()
            }}
            <nav class="pager" aria-label="Pages">
                {previous.map(|cursor| view! { <a class="button" href=format!("{}?cursor={cursor}", paths::TOKENS_DELETED)>"Newer"</a> })}
                {next.map(|cursor| view! { <a class="button" href=format!("{}?cursor={cursor}", paths::TOKENS_DELETED)>"Older"</a> })}
            </nav>
        }
        .into_any()
    })
}

#[component]
fn Nothing(days: u32, is_turned: bool) -> impl IntoView {
    let (title, text) = match days {
        0 => (
            "Nothing is kept to be brought back",
            "Admins choose under General for how long it is.".to_owned(),
        ),
        _ if is_turned => (
            "There is nothing here any more",
            "What was here was brought back, or its time is over.".to_owned(),
        ),
        _ => (
            "Nothing was deleted lately",
            format!("A token that you delete is listed here for {}.", days_in_words(days)),
        ),
    };
    view! {
        <Empty icon="key" title>
            <p>{text}</p>
            <a class="button" href=paths::TOKENS>"Go to the tokens"</a>
        </Empty>
    }
}

#[component]
fn Rows(
    tokens: Vec<DeletedToken>,
    workspace: Workspace,
    can_restore: bool,
    may_undo_admins: bool,
) -> impl IntoView {
    let rows = tokens.into_iter().map(|deleted| {
        let is_held = deleted.deleted_by.is_admin && !may_undo_admins;
        view! { <Row deleted workspace=workspace.clone() can_restore is_held /> }
    });
    view! {
        <div class="card">
            <table class="table">
                <caption class="visually-hidden">"Deleted tokens, the last to be deleted first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Secret"</th>
                        <th scope="col">"Owner"</th>
                        <th scope="col">"Deleted"</th>
                        <th scope="col">"Restorable until"</th>
                        {can_restore.then(|| view! { <th scope="col"><span class="visually-hidden">"Actions"</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(deleted: DeletedToken, workspace: Workspace, can_restore: bool, is_held: bool) -> impl IntoView {
    let DeletedToken { token, deleted_at, deleted_by, .. } = deleted;
    let by = deleted_by.name.map(|name| format!(" by {}", name.as_str()));
    let until = workspace.undo_until(deleted_at);
    let (name, description) = (String::from(token.name), String::from(token.description));
    let label = format!("Restore {name}");
    let described = !description.is_empty();
    view! {
        <tr>
            <th scope="row" class="cell-name">
                <span class="token-name">{name}</span>
                {described.then(|| view! { <span class="token-description">{description}</span> })}
            </th>
            <td data-label="Secret"><code>{token.secret_hint.to_string()}</code></td>
            <td data-label="Owner">{String::from(token.owner.name)}</td>
            <td data-label="Deleted"><span><Time at=deleted_at />{by}</span></td>
            <td data-label="Until"><time datetime=until.to_string()>{until.date_time()}</time></td>
            {can_restore.then(|| match is_held {
                true => view! { <td><span class="quiet">"Only an admin can bring it back"</span></td> }.into_any(),
                false => view! {
                    <td><a class="button button-small" href=paths::token_restore(token.id) aria-label=label>"Restore"</a></td>
                }.into_any(),
            })}
        </tr>
    }
}
