//! The page of one account: what it may give, who is in it, and its tokens. Of a person it shows the same.

use super::{list::status_of, trust::trusted};
use crate::{
    components::{Breadcrumb, SettingsHeader, Shell, screen},
    domain::{
        Account, AccountKind, AccountPage, AccountRow, Grants, GroupMember, Owner, PersonId, Right,
        tokens_in_words,
    },
    paths,
    server_fns::LoadAccount,
    ui::{Menu, MenuItem, NoMenu, html},
};
use leptos::prelude::*;

pub fn account_page() -> AnyView {
    screen::<LoadAccount>("Account", page)
}

fn page(
    AccountPage { row, members, groups, grants, may_give, is_admin, stewards, trust }: AccountPage,
) -> AnyView {
    let AccountRow { account, tokens, .. } = row;
    let (id, kind) = (account.id, account.kind);
    let shell = Shell::here();
    shell.set_screen_title(account.name.as_str().to_owned());
    let why_not = shell.role().why_not(Right::ManageAccounts);
    let list = match kind {
        AccountKind::Group => (paths::GROUPS, "Groups"),
        AccountKind::Service => (paths::SERVICES, "Service accounts"),
        AccountKind::Person => (paths::PEOPLE, "People"),
    };
    let is_plain_group = kind == AccountKind::Group && !account.is_everyone();
    html! {
        <SettingsHeader tab=list.0 />
        <Breadcrumb list here=account.name.as_str().to_owned() />
        {head(&account, why_not)}
        <div class="sections">
            {given(id, &grants, &may_give, kind, is_admin, why_not)}
            {is_plain_group.then(|| in_group(id, members, why_not))}
            {(!account.is_everyone() && kind != AccountKind::Group).then(|| names("Groups", "In no group.", groups))}
            {is_plain_group.then(|| names("Stewards of", "Its stewards manage no service account.", stewards))}
            {(!account.is_everyone()).then(|| owned(id, kind, tokens))}
            {(!trust.is_empty()).then(|| trusted(trust))}
        </div>
    }
}

fn head(account: &Account, why_not: Option<&'static str>) -> AnyView {
    let (id, name) = (account.id, account.name.as_str().to_owned());
    let dots = format!("account-{id}");
    let label = format!("Actions for {name}");
    let menu = match (account.kind, why_not) {
        (AccountKind::Person, _) => ().into_any(),
        _ if account.is_everyone() => ().into_any(),
        (_, Some(why)) => html! { <NoMenu id=dots label=format!("{label}: {why}") why /> },
        (_, None) => {
            let item = |label, icon, word| MenuItem {
                label,
                icon,
                href: paths::account_prompt(id, word),
                copies: None,
            };
            let sleep = match account.is_disabled {
                true => item("Enable", "enable", "enable"),
                false => item("Disable", "disable", "disable"),
            };
            let items = vec![item("Edit", "edit", "edit"), sleep, item("Delete", "delete", "delete")];
            html! { <Menu id=dots label items /> }
        }
    };
    let status = status_of(account.is_disabled);
    let purpose = account.purpose.as_str().to_owned();
    let is_group = account.kind == AccountKind::Group;
    let list = if is_group { paths::GROUPS } else { paths::SERVICES };
    let entry = |(key, value): (&str, &str)| {
        let search = paths::query(&[("metadata", &format!("{key}:{value}"))]);
        html! { <a class="tag" href=paths::with_search(list, &search)>{format!("{key}: {value}")}</a> }
    };
    let entries: Vec<_> = account.metadata.iter().map(entry).collect();
    let stewards = account.stewards.clone().map(|group| html! {
        <p class="section-hint">
            "Managed by the stewards of "<a href=paths::account(group.id)>{String::from(group.name)}</a>"."
        </p>
    });
    html! {
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">{name}</h2>
                <p class="section-hint">
                    {account.kind.in_words()}" · "<span class="status" data-status=status>{status}</span>
                </p>
                {(!purpose.is_empty()).then(|| html! { <p>{purpose}</p> })}
                {stewards}
                {(!entries.is_empty()).then(|| html! { <div class="tags">{entries}</div> })}
            </div>
            <div class="head-action">{menu}</div>
        </div>
    }
}

fn given(
    id: PersonId,
    own: &Grants,
    all: &Grants,
    kind: AccountKind,
    is_admin: bool,
    why_not: Option<&'static str>,
) -> AnyView {
    let tags = |grants: &Grants| {
        grants.iter().map(|grant| html! { <code class="tag">{grant.to_string()}</code> }).collect_view()
    };
    let more = all.without(own);
    let said = match (kind, own.is_empty()) {
        _ if is_admin => "Everything, as an admin. As a member:",
        (AccountKind::Group, true) => "Nothing of its own.",
        (_, true) => "Nothing beside what its groups may give.",
        _ => "",
    };
    let change = why_not.is_none().then(|| {
        let href = paths::account_prompt(id, "grants");
        html! { <a class="button head-action" href=href data-noscroll="">"Change"</a> }
    });
    html! {
        <section class="card section" aria-labelledby="grants-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="grants-title">"May give"</h3>
                    <p class="section-hint">"A token can do what it holds and its owner may give now."</p>
                </div>
                {change}
            </div>
            {(!said.is_empty()).then(|| html! { <p>{said}</p> })}
            <div class="tags">{tags(own)}</div>
            {(!more.is_empty()).then(|| html! {
                <p class="section-hint">"Also, by its groups and by Everyone:"</p>
                <div class="tags">{tags(&more)}</div>
            })}
        </section>
    }
}

fn in_group(id: PersonId, members: Vec<GroupMember>, why_not: Option<&'static str>) -> AnyView {
    let add = why_not.is_none().then(|| {
        let href = paths::account_prompt(id, "member");
        html! { <a class="button head-action" href=href data-noscroll="">"Add member"</a> }
    });
    let may = why_not.is_none();
    let is_empty = members.is_empty();
    let rows = members
        .into_iter()
        .map(|member| {
            let (who, name) = (member.account.id, String::from(member.account.name));
            let (change, out) = (format!("Change {name}"), format!("Take out {name}"));
            let links = may.then(|| html! {
            <a href=paths::account_member(id, "member", who) data-noscroll="" aria-label=change>"Change"</a>
            " "
            <a href=paths::account_member(id, "take-out", who) data-noscroll="" aria-label=out>"Take out"</a>
        });
            html! {
                <tr>
                    <th scope="row" class="cell-name"><a href=paths::account(who)>{name}</a></th>
                    <td data-label="Kind">{member.kind.in_words()}</td>
                    <td data-label="Place">{if member.is_steward { "Steward" } else { "Member" }}</td>
                    <td class="cell-actions">{links}</td>
                </tr>
            }
        })
        .collect_view();
    let class = if is_empty { "card section" } else { "card section section-wide" };
    html! {
        <section class=class aria-labelledby="members-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="members-title">"Members"</h3>
                    <p class="section-hint">"Stewards manage the tokens of the group and of its service accounts."</p>
                </div>
                {add}
            </div>
            {match is_empty {
                true => html! { <p>"Nobody is in this group."</p> },
                false => html! {
                    <table class="table">
                        <caption class="visually-hidden">"Members, by name"</caption>
                        <thead>
                            <tr>
                                <th scope="col">"Name"</th>
                                <th scope="col">"Kind"</th>
                                <th scope="col">"Place"</th>
                                <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                },
            }}
        </section>
    }
}

fn names(title: &'static str, none: &'static str, owners: Vec<Owner>) -> AnyView {
    let is_empty = owners.is_empty();
    let list = owners
        .into_iter()
        .map(|owner| html! { <li><a href=paths::account(owner.id)>{String::from(owner.name)}</a></li> })
        .collect_view();
    html! {
        <section class="card section">
            <h3 class="section-title">{title}</h3>
            {if is_empty { html! { <p>{none}</p> } } else { html! { <ul class="holders">{list}</ul> } }}
        </section>
    }
}

fn owned(id: PersonId, kind: AccountKind, tokens: u64) -> AnyView {
    let create = (kind != AccountKind::Person).then(|| {
        html! {
            " "<a href=paths::token_new_of(id)>"Create token"</a>
        }
    });
    html! {
        <section class="card section">
            <h3 class="section-title">"Tokens"</h3>
            <p><a href=paths::tokens_of(id)>{tokens_in_words(tokens)}</a>{create}</p>
        </section>
    }
}
