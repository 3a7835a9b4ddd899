//! Settings > People: who is here, what they may do, and the way to invite somebody.

use super::{Frame, done_in_words, person_prompts::Prompt};
use crate::{
    components::Time,
    documents::settings_header::SettingsHeader,
    domain::{
        Error, OwnedToken, Owner, Person, PersonForm, PersonId, PersonRow, PersonStatus, Right, Ticked,
        Timestamp,
    },
    paths::{self, PersonPrompt},
    service::PeoplePage,
    ui::{Menu, MenuItem, NoMenu},
};
use leptos::prelude::*;

/// What lies over the list.
#[derive(Clone)]
pub enum PeoplePrompt {
    Invite {
        form: PersonForm,
        error: Option<Error>,
    },
    /// A link that was just made: the one response that shows it.
    Link {
        person: Person,
        link: String,
    },
    Ask {
        about: PersonPrompt,
        asked: Box<AskedAbout>,
        error: Option<Error>,
    },
}

/// Whom a prompt asks about, and what it has to say of them.
#[derive(Clone)]
pub struct AskedAbout {
    pub person: Person,
    /// How many live tokens they answer for.
    pub tokens: u64,
    /// Those tokens, where something becomes of them.
    pub owned: Vec<OwnedToken>,
    pub recipients: Vec<Owner>,
    pub answers: PersonAnswers,
    pub now: Timestamp,
}

/// What was answered before, when a prompt is shown again.
#[derive(Clone, Default)]
pub struct PersonAnswers {
    pub role: String,
    pub owner: String,
    pub ticked: Ticked,
}

/// What has just been done to somebody, as the address of the list says it: a fixed word and numbers, never text.
#[derive(Clone, Default)]
pub struct DoneToPerson {
    pub word: String,
    pub disabled: u64,
    pub reduced: u64,
    /// Who answers for the tokens that these numbers are about.
    pub owner: Option<PersonId>,
}

impl DoneToPerson {
    /// The address of the list that says so.
    pub fn address(&self) -> String {
        let mut pairs = vec![("done", self.word.clone())];
        let numbers = [("disabled", self.disabled), ("reduced", self.reduced)];
        pairs.extend(numbers.into_iter().filter(|(_, n)| *n > 0).map(|(name, n)| (name, n.to_string())));
        pairs.extend(self.owner.map(|owner| ("owner", owner.to_string())));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        format!("{}?{}", paths::PEOPLE, paths::query(&pairs))
    }

    /// What became of the tokens, as far as it is worth a word.
    fn tokens_in_words(&self) -> String {
        let is_given = self.word == "handed-over";
        let many = |n: u64| if n == 1 { "1 token".to_owned() } else { format!("{n} tokens") };
        let be = |n: u64| if n == 1 { "is" } else { "are" };
        let disabled = match (self.disabled, is_given) {
            (0, _) => String::new(),
            (n, true) => format!(" {} arrived disabled.", many(n)),
            (n, false) => format!(" {} of theirs {} disabled now.", many(n), be(n)),
        };
        let reduced = match self.reduced {
            0 => String::new(),
            n => format!(" {} lost permissions to use Tokenry itself.", many(n)),
        };
        let rotate = if is_given && self.owner.is_some() {
            " Whoever has a secret keeps it: rotate the tokens that matter."
        } else {
            ""
        };
        format!("{disabled}{reduced}{rotate}")
    }
}

/// `done` is what has just been done, or nothing.
pub fn people(frame: &Frame, page: &PeoplePage, prompt: Option<PeoplePrompt>, done: &DoneToPerson) -> String {
    let (page, done, covered) = (page.clone(), done.clone(), prompt.is_some());
    let me = frame.caller.as_ref().map(|caller| caller.id);
    let role = frame.caller.as_ref().map(|caller| caller.role);
    let why_not = role.and_then(|role| role.why_not(Right::ManagePeople));
    frame.settings(title(prompt.as_ref()), covered, move || {
        let PeoplePage { people, next, previous } = page;
        view! {
            <div inert=covered>
                <SettingsHeader tab=paths::PEOPLE />
                <DoneAndTokens done />
                <div class="head">
                    <div>
                        <h2 class="section-title">"People"</h2>
                        <p class="section-hint">"Everybody who can sign in, and what they may do here."</p>
                    </div>
                    <Invite why_not />
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
                        <tbody>
                            {people.into_iter().map(|row| view! { <Row row me why_not /> }).collect_view()}
                        </tbody>
                    </table>
                </div>
                <nav class="pager" aria-label="Pages">
                    {previous.map(|cursor| view! { <a class="button" href=format!("{}?cursor={cursor}", paths::PEOPLE)>"Newer"</a> })}
                    {next.map(|cursor| view! { <a class="button" href=format!("{}?cursor={cursor}", paths::PEOPLE)>"Older"</a> })}
                </nav>
            </div>
            {prompt.map(|prompt| view! { <Prompt prompt /> })}
        }
        .into_any()
    })
}

#[component]
fn DoneAndTokens(done: DoneToPerson) -> impl IntoView {
    done_in_words(&done.word).map(|text| {
        let text = format!("{text}{}", done.tokens_in_words());
        let tokens =
            done.owner.map(|owner| view! { " "<a href=paths::tokens_of(owner)>"Show the tokens"</a> });
        view! { <p class="notice" data-tone="done" role="status">{text}{tokens}</p> }
    })
}

/// What the page is called, in the tab of a browser.
fn title(prompt: Option<&PeoplePrompt>) -> &'static str {
    match prompt {
        None => "People · Tokenry",
        Some(PeoplePrompt::Invite { .. }) => "Invite person · Tokenry",
        Some(PeoplePrompt::Link { .. }) => "One-time link · Tokenry",
        Some(PeoplePrompt::Ask { about, .. }) => match about {
            PersonPrompt::Role => "Change role · Tokenry",
            PersonPrompt::Link => "Make a password link · Tokenry",
            PersonPrompt::HandOver => "Hand over tokens · Tokenry",
            PersonPrompt::SignOut => "Sign out everywhere · Tokenry",
            PersonPrompt::Disable => "Disable person · Tokenry",
            PersonPrompt::Enable => "Enable person · Tokenry",
        },
    }
}

#[component]
fn Invite(why_not: Option<&'static str>) -> impl IntoView {
    match why_not {
        None => view! { <a class="button button-primary head-action" href=paths::PERSON_NEW>"Invite person"</a> }.into_any(),
        Some(why) => view! {
            <div class="head-action head-why">
                <button class="button button-primary" type="button" aria-disabled="true" aria-describedby="why-not">"Invite person"</button>
                <p class="section-hint" id="why-not">{why}</p>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Row(row: PersonRow, me: Option<PersonId>, why_not: Option<&'static str>) -> impl IntoView {
    let PersonRow { person, tokens, last_seen_at } = row;
    let (id, status) = (person.id, person.status);
    let name = String::from(person.name);
    let (dots, label) = (format!("person-{id}"), format!("Actions for {name}"));
    let you = (me == Some(id)).then(|| view! { <span class="you">" (you)"</span> });
    view! {
        <tr data-status=status.as_str()>
            <th scope="row" class="cell-name">
                <span class="token-name">{name}{you}</span>
                <span class="token-description">{String::from(person.email)}</span>
            </th>
            <td data-label="Role">{person.role.as_str()}</td>
            <td data-label="Status"><span class="status" data-status=status.as_str() title=status.in_words()>{status.as_str()}</span></td>
            <td data-label="Tokens" class="number">{tokens.to_string()}</td>
            <td data-label="Last seen">
                {match last_seen_at {
                    Some(at) => view! { <Time at /> }.into_any(),
                    None => view! { <span class="quiet">{if status == PersonStatus::Invited { "Never" } else { "Signed out" }}</span> }.into_any(),
                }}
            </td>
            <td class="cell-actions">
                {match why_not {
                    None => view! { <Menu id=dots label items=actions(id, status, tokens, me == Some(id)) /> }.into_any(),
                    Some(why) => view! { <NoMenu id=dots label=format!("{label}: {why}") why /> }.into_any(),
                }}
            </td>
        </tr>
    }
}

/// What can be done about somebody.
fn actions(id: PersonId, status: PersonStatus, tokens: u64, is_me: bool) -> Vec<MenuItem> {
    let item = |label, icon, about| {
        let danger = about == PersonPrompt::Disable;
        MenuItem { label, icon, href: paths::person_prompt(id, about), danger, copies: None }
    };
    let mut items = vec![item("Change role", "edit", PersonPrompt::Role)];
    if status != PersonStatus::Disabled {
        items.push(item("Password link", "link", PersonPrompt::Link));
    }
    if tokens > 0 {
        items.push(item("Hand over tokens", "hand-over", PersonPrompt::HandOver));
    }
    if status == PersonStatus::Active {
        items.push(item("Sign out everywhere", "sign-out", PersonPrompt::SignOut));
    }
    items.push(MenuItem {
        label: "View activity",
        icon: "activity",
        href: format!("{}?person={id}", paths::AUDIT),
        danger: false,
        copies: None,
    });
    match status {
        PersonStatus::Disabled => items.push(item("Enable", "enable", PersonPrompt::Enable)),
        // Nobody can disable themselves.
        _ if !is_me => items.push(item("Disable", "disable", PersonPrompt::Disable)),
        _ => {}
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_tokens_is_said_in_numbers() {
        let done = |word: &str, disabled, reduced| {
            let done = DoneToPerson { word: word.to_owned(), disabled, reduced, owner: None };
            (done.tokens_in_words(), done.address())
        };
        assert_eq!(done("role", 0, 0), (String::new(), "/settings/people?done=role".to_owned()));
        let (words, address) = done("handed-over", 2, 1);
        assert_eq!(words, " 2 tokens arrived disabled. 1 token lost permissions to use Tokenry itself.");
        assert_eq!(address, "/settings/people?done=handed-over&disabled=2&reduced=1");
        assert_eq!(done("enabled", 1, 0).0, " 1 token of theirs is disabled now.");
    }
}
