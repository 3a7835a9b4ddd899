//! The screen of everybody who can sign in: what they may do, and the way to invite somebody.

use crate::{
    components::{SettingsHeader, Shell, Time, refused, screen},
    domain::{PeopleData, PeoplePage, PersonId, PersonPrompt, PersonRow, PersonStatus, Right},
    paths,
    server_fns::LoadPeople,
    ui::{Menu, MenuItem, NoMenu, html},
};
use leptos::prelude::*;

pub fn people_page() -> AnyView {
    screen::<LoadPeople>("People", tab)
}

fn tab(PeopleData { page, me }: PeopleData) -> AnyView {
    let PeoplePage { people, next, previous } = page;
    let shell = Shell::here();
    // Prompts come back to the page of the list that they were opened from.
    let list = shell.back().split_once('?').map(|(_, list)| list.to_owned()).unwrap_or_default();
    let rows = Rows { me, why_not: shell.role().why_not(Right::ManagePeople), list };
    let turn = |cursor: Option<String>, text: &'static str| {
        cursor.map(|cursor| {
            let href = paths::with_search(paths::PEOPLE, &paths::query(&[("cursor", &cursor)]));
            html! { <a class="button" href=href>{text}</a> }
        })
    };
    html! {
        <SettingsHeader tab=paths::PEOPLE />
        <div class="head">
            <div>
                <h2 class="section-title" data-heading="" tabindex="-1">"People"</h2>
                <p class="section-hint">"Everybody who can sign in, and what they may do here."</p>
            </div>
            {rows.invite()}
        </div>
        <div class="card">
            <table class="table">
                <caption class="visually-hidden">"People, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Tokens"</th>
                        <th scope="col">"Last seen"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{people.into_iter().map(|row| rows.row(row)).collect_view()}</tbody>
            </table>
        </div>
        {(next.is_some() || previous.is_some()).then(|| html! {
            <nav class="pager" aria-label="Pages">
                {turn(previous, "Newer")}
                {turn(next, "Older")}
            </nav>
        })}
    }
}

struct Rows {
    me: PersonId,
    why_not: Option<&'static str>,
    /// The query of the list.
    list: String,
}

impl Rows {
    fn invite(&self) -> AnyView {
        match self.why_not {
            None => {
                let href = paths::with_search(paths::PERSON_NEW, &self.list);
                html! {
                    <a class="button button-primary head-action" href=href data-noscroll="">"Invite person"</a>
                }
            }
            Some(why) => refused("Invite person", why),
        }
    }

    fn row(&self, row: PersonRow) -> AnyView {
        let PersonRow { person, tokens, last_seen_at } = row;
        let (id, status, is_me) = (person.id, person.status, self.me == person.id);
        let name = String::from(person.name);
        let (dots, label) = (format!("person-{id}"), format!("Actions for {name}"));
        let you = is_me.then(|| html! { <span class="you">" (you)"</span> });
        html! {
            <tr data-status=status.as_str()>
                <th scope="row" class="cell-name">
                    <span class="token-name">{name}{you}</span>
                    <span class="token-description">{String::from(person.email)}</span>
                </th>
                <td data-label="Role">{person.role.as_str()}</td>
                <td data-label="Status">
                    <span class="status" data-status=status.as_str() title=status.in_words()>{status.as_str()}</span>
                </td>
                <td data-label="Tokens" class="number">
                    {if tokens == 0 {
                        "0".into_any()
                    } else {
                        html! { <a href=paths::tokens_of(id) title="Show the tokens">{tokens.to_string()}</a> }
                    }}
                </td>
                <td data-label="Last seen">
                    {match last_seen_at {
                        Some(at) => html! { <Time at /> },
                        None if status == PersonStatus::Invited => {
                            html! { <span class="quiet">"Never"</span> }
                        }
                        None => html! { <span class="quiet">"Signed out"</span> },
                    }}
                </td>
                <td class="cell-actions">
                    {match self.why_not {
                        None => html! { <Menu id=dots label items=self.items(id, status, tokens) /> },
                        Some(why) => html! { <NoMenu id=dots label=format!("{label}: {why}") why /> },
                    }}
                </td>
            </tr>
        }
    }

    /// The actions on a person.
    fn items(&self, id: PersonId, status: PersonStatus, tokens: u64) -> Vec<MenuItem> {
        let item = |label, icon, about| {
            let href = paths::with_search(&paths::person_prompt(id, about), &self.list);
            MenuItem { label, icon, href, copies: None }
        };
        let mut items = vec![item("Change role", "edit", PersonPrompt::Role)];
        // People change their own password in the profile.
        if status != PersonStatus::Disabled && id != self.me {
            items.push(item("Reset password", "link", PersonPrompt::Link));
        }
        if status == PersonStatus::Active && id != self.me {
            items.push(item("Reset second factors", "rotate", PersonPrompt::Factors));
        }
        if tokens > 0 {
            items.push(item("Transfer tokens", "hand-over", PersonPrompt::HandOver));
        }
        if status == PersonStatus::Active {
            items.push(item("Sign out everywhere", "sign-out", PersonPrompt::SignOut));
        }
        let gives = paths::account(id);
        items.push(MenuItem { label: "What they may give", icon: "key", href: gives, copies: None });
        let activity = paths::with_search(paths::AUDIT, &paths::query(&[("person", &id.to_string())]));
        items.push(MenuItem { label: "View activity", icon: "activity", href: activity, copies: None });
        match status {
            PersonStatus::Disabled => items.push(item("Enable", "enable", PersonPrompt::Enable)),
            // Nobody can disable themselves.
            _ if id != self.me => items.push(item("Disable", "disable-person", PersonPrompt::Disable)),
            _ => {}
        }
        items
    }
}
