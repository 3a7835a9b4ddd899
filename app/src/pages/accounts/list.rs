//! The list of groups, or of service accounts.

use crate::{
    components::{SettingsHeader, Shell, Time, refused, screen},
    domain::{AccountKind, AccountRow, AccountsData, Right},
    paths,
    server_fns::LoadAccounts,
    ui::html,
};
use leptos::prelude::*;

pub fn accounts_page() -> AnyView {
    screen::<LoadAccounts>("Accounts", tab)
}

fn tab(AccountsData { kind, metadata, rows }: AccountsData) -> AnyView {
    let is_group = kind == AccountKind::Group;
    let (tab, title, hint, new) = match is_group {
        true => (
            paths::GROUPS,
            "Groups",
            "Teams. They own tokens, and what a group may give, its members may give, too.",
            "Create group",
        ),
        false => (
            paths::SERVICES,
            "Service accounts",
            "Programs and machines. They own tokens that stay when people leave, and their stewards manage them.",
            "Create service account",
        ),
    };
    let shell = Shell::here();
    shell.set_screen_title(title.to_owned());
    let create = match shell.role().why_not(Right::ManageAccounts) {
        None => {
            let href = format!("{tab}/new");
            html! { <a class="button button-primary head-action" href=href data-noscroll="">{new}</a> }
        }
        Some(why) => refused(new, why),
    };
    let none = if metadata.is_empty() { "There are none yet." } else { "There are none with this entry." };
    let table = match rows.is_empty() {
        true => html! { <p class="section-hint">{none}</p> },
        false => html! {
            <div class="card">
                <table class="table">
                    <caption class="visually-hidden">{format!("{title}, by name")}</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">{if is_group { "Members" } else { "Stewards" }}</th>
                            <th scope="col">"Status"</th>
                            <th scope="col">"Tokens"</th>
                            <th scope="col">"Last used"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        },
    };
    html! {
        <SettingsHeader tab />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">{title}</h2>
                <p class="section-hint">{hint}</p>
                {(!metadata.is_empty()).then(|| html! {
                    <p>"With the metadata "<code class="tag">{metadata}</code>" · "<a href=tab>"Show all"</a></p>
                })}
            </div>
            {create}
        </div>
        {table}
    }
}

fn row(AccountRow { account, tokens, members, last_used_at }: AccountRow) -> AnyView {
    let (id, is_everyone) = (account.id, account.is_everyone());
    let purpose = String::from(account.purpose);
    let (label, who) = match (account.kind, account.stewards) {
        (AccountKind::Group, _) if is_everyone => {
            ("Members", html! { <span class="quiet">"All accounts"</span> })
        }
        (AccountKind::Group, _) => ("Members", members.to_string().into_any()),
        (_, Some(group)) => {
            let href = paths::account(group.id);
            ("Stewards", html! { <a href=href>{String::from(group.name)}</a> })
        }
        (_, None) => ("Stewards", html! { <span class="quiet">"Admins"</span> }),
    };
    let status = status_of(account.is_disabled);
    html! {
        <tr data-status=status>
            <th scope="row" class="cell-name">
                <a class="token-name" href=paths::account(id)>{String::from(account.name)}</a>
                {(!purpose.is_empty()).then(|| html! { <span class="token-description">{purpose}</span> })}
            </th>
            <td data-label=label>{who}</td>
            <td data-label="Status"><span class="status" data-status=status>{status}</span></td>
            <td data-label="Tokens" class="number">
                {if tokens == 0 {
                    "0".into_any()
                } else {
                    html! { <a href=paths::tokens_of(id) title="Show the tokens">{tokens.to_string()}</a> }
                }}
            </td>
            <td data-label="Last used">
                {match last_used_at {
                    Some(at) => html! { <Time at /> },
                    None => html! { <span class="quiet">"Never used"</span> },
                }}
            </td>
        </tr>
    }
}

pub fn status_of(is_disabled: bool) -> &'static str {
    if is_disabled { "Disabled" } else { "Active" }
}
