//! Settings > Tokens > Deleted tokens: the tokens that can be restored, whose they were, and until when.

use crate::{
    components::{Breadcrumb, SettingsHeader, Shell, Time, screen},
    domain::{DeletedPage, DeletedRow, Right, days_in_words, undo_in_words},
    paths,
    server_fns::LoadDeletedTokens,
    ui::{Empty, html},
};
use leptos::prelude::*;

pub fn deleted_tokens_page() -> AnyView {
    screen::<LoadDeletedTokens>("Deleted tokens", list)
}

fn list(page: DeletedPage) -> AnyView {
    let DeletedPage { rows, next, previous, undo_days } = page;
    let why_not = Shell::here().role().why_not(Right::ManageOwnTokens);
    let turned = |cursor: Option<String>, text: &'static str| {
        let cursor = cursor.map(|cursor| paths::query(&[("cursor", cursor.as_str())]));
        cursor.map(|query| {
            html! { <a class="button" href=paths::with_search(paths::TOKENS_DELETED, &query)>{text}</a> }
        })
    };
    let is_turned = previous.is_some();
    let (newer, older) = (turned(previous, "Newer"), turned(next, "Older"));
    html! {
        <SettingsHeader tab=paths::TOKENS />
        <Breadcrumb list=(paths::TOKENS, "Tokens") here="Deleted tokens".to_owned() />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">"Deleted tokens"</h2>
                <p class="section-hint">{undo_in_words(undo_days)}</p>
            </div>
            {why_not.map(|why| html! { <p class="section-hint head-action head-why">{why}</p> })}
        </div>
        {if rows.is_empty() { nothing(undo_days, is_turned) } else { table(rows, why_not.is_none()) }}
        <nav class="pager" aria-label="Pages">{newer}{older}</nav>
    }
}

fn nothing(days: u32, is_turned: bool) -> AnyView {
    let (title, text) = match days {
        0 => ("Deleted tokens are not kept", "Admins choose under General how long they are.".to_owned()),
        _ if is_turned => {
            ("Nothing is left on this page", "Its tokens were restored, or can no longer be.".to_owned())
        }
        _ => (
            "No deleted tokens",
            format!("A token that you delete is listed here for {}.", days_in_words(days)),
        ),
    };
    html! {
        <Empty icon="key" title>
            <p>{text}</p>
            <a class="button" href=paths::TOKENS>"Go to the tokens"</a>
        </Empty>
    }
}

fn table(rows: Vec<DeletedRow>, can_restore: bool) -> AnyView {
    let here = Shell::here().back();
    let search = here.split_once('?').map(|(_, search)| search.to_owned()).unwrap_or_default();
    let rows = rows.into_iter().map(|deleted| row(deleted, &search, can_restore)).collect_view();
    html! {
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
                        {can_restore.then(|| html! { <th scope="col"><span class="visually-hidden">"Actions"</span></th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(deleted: DeletedRow, search: &str, can_restore: bool) -> AnyView {
    let by = deleted.deleted_by.map(|name| format!(" by {}", name.as_str()));
    let (name, description) = (String::from(deleted.name), String::from(deleted.description));
    let label = format!("Restore {name}");
    let href = paths::with_search(&paths::token_restore(deleted.id), search);
    let described = !description.is_empty();
    html! {
        <tr>
            <th scope="row" class="cell-name">
                <span class="token-name">{name}</span>
                {described.then(|| html! { <span class="token-description">{description}</span> })}
            </th>
            <td data-label="Secret"><code>{deleted.secret_hint.to_string()}</code></td>
            <td data-label="Owner">{String::from(deleted.owner)}</td>
            <td data-label="Deleted"><span><Time at=deleted.deleted_at />{by}</span></td>
            <td data-label="Until"><time datetime=deleted.until.to_string()>{deleted.until.date_time()}</time></td>
            {can_restore.then(|| html! {
                <td>
                    {if deleted.is_held {
                        html! { <span class="quiet">"Only an admin can restore it"</span> }
                    } else {
                        html! { <a class="button button-small" href=href data-noscroll="" aria-label=label>"Restore"</a> }
                    }}
                </td>
            })}
        </tr>
    }
}
