//! Settings > People: the list, the invitation, and the prompts about somebody.

use crate::{
    desk::{Desk, Sent, Wanted},
    render::status_of,
};
use app::{
    documents::{self, AskedAbout, DoneToPerson, PeoplePrompt, PersonAnswers},
    domain::{Error, PersonForm, PersonId, Role, Ticked},
    paths::{self, PersonPrompt},
    service::{Aftermath, Invited},
};
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    cursor: Option<String>,
    #[serde(default)]
    done: String,
    #[serde(default)]
    disabled: String,
    #[serde(default)]
    reduced: String,
    #[serde(default)]
    owner: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InviteFields {
    name: String,
    email: String,
    #[serde(default)]
    role: String,
}

/// The fields of any prompt about somebody; each reads its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptFields {
    #[serde(default)]
    role: String,
    #[serde(default)]
    owner: String,
    /// Tokens that keep Tokenry's own permissions.
    #[serde(default)]
    keep: Vec<String>,
    /// Tokens that work again.
    #[serde(default)]
    work: Vec<String>,
}

impl From<PromptFields> for PersonAnswers {
    fn from(fields: PromptFields) -> Self {
        let PromptFields { role, owner, keep, work } = fields;
        Self { role, owner, ticked: Ticked { keep, work } }
    }
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    let page = async { desk.console.service.people(desk.caller()?, asked.cursor.as_deref()).await }.await;
    match page {
        Ok(page) => {
            let done = DoneToPerson {
                word: asked.done,
                disabled: asked.disabled.parse().unwrap_or_default(),
                reduced: asked.reduced.parse().unwrap_or_default(),
                owner: asked.owner.parse().ok(),
            };
            desk.show(StatusCode::OK, documents::people(&desk.frame, &page, None, &done))
        }
        Err(error) => desk.fail(&error),
    }
}

pub async fn show_invite(desk: Desk) -> Response {
    let form = PersonForm { role: Role::Member.to_string(), ..PersonForm::default() };
    over_the_list(&desk, StatusCode::OK, PeoplePrompt::Invite { form, error: None }).await
}

pub async fn invite(desk: Desk, Sent(fields): Sent<InviteFields>) -> Response {
    let form = PersonForm { name: fields.name, email: fields.email, role: fields.role };
    match async { desk.console.service.invite(desk.caller()?, &form).await }.await {
        Ok(invited) => show_link(&desk, StatusCode::CREATED, invited).await,
        Err(error @ Error::Invalid { .. }) => {
            let status = status_of(&error);
            over_the_list(&desk, status, PeoplePrompt::Invite { form, error: Some(error) }).await
        }
        Err(error) => desk.fail(&error),
    }
}

pub async fn ask(desk: Desk, Path((id, prompt)): Path<(String, String)>) -> Response {
    match (id.parse(), named(&prompt)) {
        (Ok(id), Some(about)) => ask_about(&desk, id, about, PersonAnswers::default(), None).await,
        (Err(error), Some(_)) => desk.fail(&error),
        (_, None) => desk.not_found(),
    }
}

pub async fn act(
    desk: Desk,
    Path((id, prompt)): Path<(String, String)>,
    Sent(fields): Sent<PromptFields>,
) -> Response {
    let (id, about) = match (id.parse(), named(&prompt)) {
        (Ok(id), Some(about)) => (id, about),
        (Err(error), Some(_)) => return desk.fail(&error),
        (_, None) => return desk.not_found(),
    };
    if about == PersonPrompt::Link {
        return match async { desk.console.service.make_link(desk.caller()?, id).await }.await {
            Ok(invited) => show_link(&desk, StatusCode::CREATED, invited).await,
            Err(error) => refuse(&desk, id, about, fields.into(), error).await,
        };
    }
    let answers = PersonAnswers::from(fields);
    match carry_out(&desk, id, about, &answers).await {
        Ok(done) => Redirect::to(&done.address()).into_response(),
        Err(error) => refuse(&desk, id, about, answers, error).await,
    }
}

/// Does what a prompt asked about; says how the list speaks of it.
async fn carry_out(
    desk: &Desk,
    id: PersonId,
    about: PersonPrompt,
    answers: &PersonAnswers,
) -> Result<DoneToPerson, Error> {
    let (service, caller) = (&desk.console.service, desk.caller()?);
    let consents = answers.ticked.parse()?;
    let plain = |word: &str| DoneToPerson { word: word.to_owned(), ..DoneToPerson::default() };
    let with = |word, Aftermath { disabled, reduced, .. }| {
        let owner = (disabled + reduced > 0).then_some(id);
        DoneToPerson { disabled, reduced, owner, ..plain(word) }
    };
    match about {
        PersonPrompt::Role => {
            let (_, aftermath) = service.change_role_with(caller, id, &answers.role, &consents).await?;
            Ok(with("role", aftermath))
        }
        PersonPrompt::HandOver => {
            let aftermath = service.hand_over_all_with(caller, id, &answers.owner, &consents).await?;
            Ok(DoneToPerson { owner: answers.owner.parse().ok(), ..with("handed-over", aftermath) })
        }
        PersonPrompt::SignOut => service.end_sessions_of(caller, id).await.map(|()| plain("signed-out")),
        PersonPrompt::Disable => service.disable_person(caller, id).await.map(|()| plain("disabled")),
        PersonPrompt::Enable => {
            service.enable_person_with(caller, id, &consents).await.map(|after| with("enabled", after))
        }
        PersonPrompt::Link => Err(Error::Malformed),
    }
}

fn named(segment: &str) -> Option<PersonPrompt> {
    PersonPrompt::ALL.into_iter().find(|prompt| prompt.segment() == segment)
}

/// What can be mended is said in the prompt; the rest takes the place of the page.
async fn refuse(
    desk: &Desk,
    id: PersonId,
    about: PersonPrompt,
    answers: PersonAnswers,
    error: Error,
) -> Response {
    match error {
        Error::Invalid { .. }
        | Error::LastAdmin
        | Error::NamesCollide { .. }
        | Error::Full { .. }
        | Error::Conflict { .. } => ask_about(desk, id, about, answers, Some(error)).await,
        other => desk.fail(&other),
    }
}

async fn ask_about(
    desk: &Desk,
    id: PersonId,
    about: PersonPrompt,
    answers: PersonAnswers,
    error: Option<Error>,
) -> Response {
    let status = error.as_ref().map_or(StatusCode::OK, status_of);
    let prompt = async {
        let (service, caller) = (&desk.console.service, desk.caller()?);
        service.may_manage_people(caller).await?;
        let row = service.person_row(caller, id).await?;
        let recipients = match about {
            PersonPrompt::HandOver => service.recipients(caller).await?,
            _ => Vec::new(),
        };
        let owned = match about {
            PersonPrompt::HandOver | PersonPrompt::Role | PersonPrompt::Enable => {
                service.tokens_of_person(caller, id).await?
            }
            PersonPrompt::Link | PersonPrompt::SignOut | PersonPrompt::Disable => Vec::new(),
        };
        let (person, tokens, now) = (row.person, row.tokens, service.now());
        let asked = Box::new(AskedAbout { person, tokens, owned, recipients, answers, now });
        Ok(PeoplePrompt::Ask { about, asked, error })
    };
    match prompt.await {
        Ok(prompt) => over_the_list(desk, status, prompt).await,
        Err(error) => desk.fail(&error),
    }
}

/// The one response that shows the link.
async fn show_link(desk: &Desk, status: StatusCode, Invited { person, code }: Invited) -> Response {
    let link = format!("{}{}?code={}", desk.console.entrance.origin(), paths::PASSWORD, code.expose());
    over_the_list(desk, status, PeoplePrompt::Link { person, link }).await
}

async fn over_the_list(desk: &Desk, status: StatusCode, prompt: PeoplePrompt) -> Response {
    let page = async {
        let caller = desk.caller()?;
        if let PeoplePrompt::Invite { .. } = prompt {
            desk.console.service.may_manage_people(caller).await?;
        }
        desk.console.service.people(caller, None).await
    };
    match page.await {
        Ok(page) => {
            desk.show(status, documents::people(&desk.frame, &page, Some(prompt), &DoneToPerson::default()))
        }
        Err(error) => desk.fail(&error),
    }
}
