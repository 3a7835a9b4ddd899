//! The prompts over the list of people.

use super::{
    PeoplePrompt,
    forms::{EmailField, General, PromptActions, RecipientChoice, RoleChoice, begins, wrong},
};
use crate::{
    domain::{Error, Field, Owner, Person, PersonForm, PersonStatus},
    paths::{self, PersonPrompt},
    ui::{Dialog, Icon, Notice, TextField, Tone},
};
use leptos::prelude::*;

#[component]
pub fn Prompt(prompt: PeoplePrompt) -> impl IntoView {
    match prompt {
        PeoplePrompt::Invite { form, error } => view! { <InvitePrompt form error /> }.into_any(),
        PeoplePrompt::Link { person, link } => view! { <LinkOnce person link /> }.into_any(),
        PeoplePrompt::Ask { about, person, tokens, recipients, error } => match about {
            PersonPrompt::Role => view! { <RolePrompt person error /> }.into_any(),
            PersonPrompt::HandOver => view! { <HandOverPrompt person tokens recipients error /> }.into_any(),
            PersonPrompt::Link | PersonPrompt::SignOut | PersonPrompt::Disable | PersonPrompt::Enable => {
                view! { <Question about person tokens error /> }.into_any()
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
    let sentence = if person.status == PersonStatus::Invited {
        "Hand this link on. It works once, for three days, and lets them choose a password."
    } else {
        "Hand this link on. It works once, for three days. Their present password works until they have chosen a new one."
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
fn RolePrompt(person: Person, error: Option<Error>) -> impl IntoView {
    view! {
        <Dialog id="role-prompt" title=format!("Role of {}", person.name.as_str())>
            <form class="prompt-form" method="post" action=paths::person_prompt(person.id, PersonPrompt::Role)>
                <div class="dialog-body">
                    <General error=error.clone() />
                    <RoleChoice chosen=person.role.to_string() error />
                </div>
                <PromptActions back=paths::PEOPLE.to_owned() submit="Save" />
            </form>
        </Dialog>
    }
}

#[component]
fn HandOverPrompt(
    person: Person,
    tokens: u64,
    recipients: Vec<Owner>,
    error: Option<Error>,
) -> impl IntoView {
    let recipients = recipients.into_iter().filter(|owner| owner.id != person.id).collect();
    let many = if tokens == 1 { "1 token".to_owned() } else { format!("{tokens} tokens") };
    let sentence =
        format!("{} answers for {many}. Secrets and permissions stay as they are.", person.name.as_str());
    view! {
        <Dialog id="hand-over-prompt" title="Hand over tokens">
            <form class="prompt-form" method="post" action=paths::person_prompt(person.id, PersonPrompt::HandOver)>
                <div class="dialog-body">
                    <General error=error.clone() />
                    <p>{sentence}</p>
                    <RecipientChoice recipients error />
                </div>
                <PromptActions back=paths::PEOPLE.to_owned() submit="Hand over" />
            </form>
        </Dialog>
    }
}

/// Prompts that only ask.
#[component]
fn Question(about: PersonPrompt, person: Person, tokens: u64, error: Option<Error>) -> impl IntoView {
    let name = person.name.as_str();
    let has_tokens = match tokens {
        0 => String::new(),
        1 => " Their token is refused from then on; hand it over first if it is still needed.".to_owned(),
        many => format!(
            " Their {many} tokens are refused from then on; hand them over first if they are still needed."
        ),
    };
    let (title, sentence, submit) = match about {
        PersonPrompt::Disable => (
            "Disable person",
            format!("{name} is signed out everywhere at once and cannot sign in any more.{has_tokens}"),
            "Confirm",
        ),
        PersonPrompt::Enable => (
            "Enable person",
            format!("{name} can sign in again, and their tokens work again. Deleted ones stay deleted."),
            "Confirm",
        ),
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
    view! {
        <Dialog id="question-prompt" title alert=true>
            <form class="prompt-form" method="post" action=paths::person_prompt(person.id, about)>
                <div class="dialog-body">
                    <General error />
                    <p>{sentence}</p>
                </div>
                <PromptActions back=paths::PEOPLE.to_owned() submit danger={about == PersonPrompt::Disable} careful=true />
            </form>
        </Dialog>
    }
}
