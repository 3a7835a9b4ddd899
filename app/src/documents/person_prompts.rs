//! The prompts over the list of people.

use super::{
    AskedAbout, PeoplePrompt, PersonAnswers,
    forms::{EmailField, General, PromptActions, RecipientChoice, RoleChoice, begins, wrong},
    person_tokens::{EnabledTokens, RoleTokens, when_disabled},
    ticks::{Ticks, keep_hint, to_keep},
};
use crate::{
    domain::{Error, Field, Person, PersonForm, PersonStatus, Role, Standing},
    paths::{self, PersonPrompt},
    ui::{Dialog, Icon, Notice, TextField, Tone},
};
use leptos::prelude::*;

#[component]
pub fn Prompt(prompt: PeoplePrompt) -> impl IntoView {
    match prompt {
        PeoplePrompt::Invite { form, error } => view! { <InvitePrompt form error /> }.into_any(),
        PeoplePrompt::Link { person, link } => view! { <LinkOnce person link /> }.into_any(),
        PeoplePrompt::Ask { about, asked, error } => match about {
            PersonPrompt::Role => view! { <RolePrompt asked=*asked error /> }.into_any(),
            PersonPrompt::HandOver => view! { <HandOverPrompt asked=*asked error /> }.into_any(),
            PersonPrompt::Link | PersonPrompt::SignOut | PersonPrompt::Disable | PersonPrompt::Enable => {
                view! { <Question about asked=*asked error /> }.into_any()
            }
        },
    }
}

#[component]
fn InvitePrompt(form: PersonForm, error: Option<Error>) -> impl IntoView {
    let (name_error, email_error) = (wrong(error.as_ref(), Field::Name), wrong(error.as_ref(), Field::Email));
    let begin = |field| begins(error.as_ref(), field, Field::Name);
    let (name_first, email_first) = (begin(Field::Name), begin(Field::Email));
    view! {
        <Dialog id="invite-prompt" title="Invite person">
            <form class="prompt-form" method="post" action=paths::PERSON_NEW>
                <div class="dialog-body">
                    <General error=error.clone() />
                    <TextField name="name" id="name" label="Name" value=form.name first=name_first error=name_error />
                    <EmailField value=form.email first=email_first error=email_error />
                    <RoleChoice chosen=form.role error />
                </div>
                <PromptActions back=paths::PEOPLE.to_owned() submit="Invite" />
            </form>
        </Dialog>
    }
}

/// A link, shown once to whoever made it.
#[component]
fn LinkOnce(person: Person, link: String) -> impl IntoView {
    let title = format!("A link for {}", person.name.as_str());
    let time = if person.role == Role::Admin { "for one day" } else { "for three days" };
    let sentence = if person.status == PersonStatus::Invited {
        format!("Hand this link on. It works once, {time}, and lets them choose a password.")
    } else {
        format!(
            "Hand this link on. It works once, {time}. Their present password works until they have chosen a new one."
        )
    };
    view! {
        <Dialog id="link-prompt" title>
            <div class="dialog-body">
                <p>{sentence}</p>
                <div class="secret">
                    <code id="one-time-link" class="secret-text" tabindex="0" aria-label="Link" role="textbox" aria-readonly="true">{link}</code>
                    <button type="button" class="button needs-script" data-copy="one-time-link" autofocus>
                        <Icon name="copy" />
                        "Copy"
                    </button>
                </div>
                <p class="copy-outcome" role="status" id="one-time-link-outcome"></p>
                <Notice tone=Tone::Warning text="It is shown once. Whoever has it can sign in as this person." />
            </div>
            <div class="dialog-actions">
                <a class="button button-primary" href=paths::PEOPLE data-dismiss="">"Done"</a>
            </div>
        </Dialog>
    }
}

#[component]
fn RolePrompt(asked: AskedAbout, error: Option<Error>) -> impl IntoView {
    let AskedAbout { person, owned, answers, .. } = asked;
    let PersonAnswers { role, .. } = answers.clone();
    let chosen = if role.is_empty() { person.role.to_string() } else { role };
    let (title, action) =
        (format!("Role of {}", person.name.as_str()), paths::person_prompt(person.id, PersonPrompt::Role));
    view! {
        <Dialog id="role-prompt" title>
            <form class="prompt-form" method="post" action=action>
                <div class="dialog-body">
                    <General error=error.clone() />
                    <RoleChoice chosen first=true error />
                    <RoleTokens person owned answers />
                </div>
                <PromptActions back=paths::PEOPLE.to_owned() submit="Save" />
            </form>
        </Dialog>
    }
}

#[component]
fn HandOverPrompt(asked: AskedAbout, error: Option<Error>) -> impl IntoView {
    let AskedAbout { person, tokens, owned, recipients, answers, .. } = asked;
    let (name, standing) = (person.name.as_str(), Standing::of(&person));
    let recipients = recipients.into_iter().filter(|owner| owner.id != person.id).collect();
    let many = if tokens == 1 { "1 token".to_owned() } else { format!("{tokens} tokens") };
    let sentence = format!(
        "{name} answers for {many}. Whoever has a secret keeps it, and can do no more with it than before: rotate \
         afterwards."
    );
    let asleep = standing.why_asleep(name).map(|why| {
        let arrive =
            if tokens == 1 { "It arrives disabled, and works" } else { "They arrive disabled, and work" };
        let it = if tokens == 1 { "it" } else { "them" };
        format!("{why} {arrive} again only when somebody enables {it}.")
    });
    let (ticks, hint) = (to_keep(owned.iter(), &answers.ticked, "keeps"), keep_hint(standing, name));
    view! {
        <Dialog id="hand-over-prompt" title="Hand over tokens">
            <form class="prompt-form" method="post" action=paths::person_prompt(person.id, PersonPrompt::HandOver)>
                <div class="dialog-body">
                    <General error=error.clone() />
                    <p>{sentence}</p>
                    {asleep.map(|text| view! { <p>{text}</p> })}
                    <RecipientChoice recipients error chosen=answers.owner />
                    <Ticks name="keep" legend="Permissions to use Tokenry itself" hint ticks />
                </div>
                <PromptActions back=paths::PEOPLE.to_owned() submit="Hand over" />
            </form>
        </Dialog>
    }
}

/// Prompts that only ask.
#[component]
fn Question(about: PersonPrompt, asked: AskedAbout, error: Option<Error>) -> impl IntoView {
    let AskedAbout { person, tokens, owned, answers, now, .. } = asked;
    let (id, name) = (person.id, person.name.as_str());
    let (title, sentence, submit) = match about {
        PersonPrompt::Disable => (
            "Disable person",
            format!(
                "{name} is signed out everywhere at once and cannot sign in any more.{}",
                when_disabled(name, tokens)
            ),
            "Confirm",
        ),
        PersonPrompt::Enable => ("Enable person", format!("{name} can sign in again."), "Confirm"),
        PersonPrompt::SignOut => {
            ("Sign out everywhere", format!("All sessions of {name} end. They can sign in again."), "Confirm")
        }
        _ => (
            "Make a password link",
            format!(
                "Makes a link with which {name} chooses a new password. Links made earlier stop working."
            ),
            "Make link",
        ),
    };
    let enables = about == PersonPrompt::Enable;
    view! {
        <Dialog id="question-prompt" title alert=true>
            <form class="prompt-form" method="post" action=paths::person_prompt(id, about)>
                <div class="dialog-body">
                    <General error />
                    <p>{sentence}</p>
                    {enables.then(|| view! { <EnabledTokens person owned now answers /> })}
                </div>
                <PromptActions back=paths::PEOPLE.to_owned() submit danger={about == PersonPrompt::Disable} careful=true />
            </form>
        </Dialog>
    }
}
