//! Settings > People: the list, the invitation, and the prompts about somebody.

use super::done;
use crate::{
    desk::{Desk, Sent, Wanted},
    render::status_of,
};
use app::{
    documents::{self, PeoplePrompt},
    domain::{Error, PersonForm, PersonId, Role},
    paths::{self, PersonPrompt},
    service::Invited,
};
use axum::{extract::Path, http::StatusCode, response::Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    cursor: Option<String>,
    #[serde(default)]
    done: String,
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
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    let page = async { desk.console.service.people(desk.caller()?, asked.cursor.as_deref()).await }.await;
    match page {
        Ok(page) => desk.show(StatusCode::OK, documents::people(&desk.frame, &page, None, &asked.done)),
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
        (Ok(id), Some(about)) => ask_about(&desk, id, about, None).await,
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
            Err(error) => refuse(&desk, id, about, error).await,
        };
    }
    match carry_out(&desk, id, about, &fields).await {
        Ok(word) => done(paths::PEOPLE, word),
        Err(error) => refuse(&desk, id, about, error).await,
    }
}

/// Does what a prompt asked about; says by which word the list speaks of it.
async fn carry_out(
    desk: &Desk,
    id: PersonId,
    about: PersonPrompt,
    fields: &PromptFields,
) -> Result<&'static str, Error> {
    let (service, caller) = (&desk.console.service, desk.caller()?);
    match about {
        PersonPrompt::Role => service.change_role(caller, id, &fields.role).await.map(|_| "role"),
        PersonPrompt::HandOver => {
            service.hand_over_all(caller, id, &fields.owner).await.map(|_| "handed-over")
        }
        PersonPrompt::SignOut => service.end_sessions_of(caller, id).await.map(|()| "signed-out"),
        PersonPrompt::Disable => service.disable_person(caller, id).await.map(|()| "disabled"),
        PersonPrompt::Enable => service.enable_person(caller, id).await.map(|()| "enabled"),
        PersonPrompt::Link => Err(Error::Malformed),
    }
}

fn named(segment: &str) -> Option<PersonPrompt> {
    PersonPrompt::ALL.into_iter().find(|prompt| prompt.segment() == segment)
}

/// What can be mended is said in the prompt; the rest takes the place of the page.
async fn refuse(desk: &Desk, id: PersonId, about: PersonPrompt, error: Error) -> Response {
    match error {
        Error::Invalid { .. } | Error::LastAdmin | Error::NamesCollide { .. } | Error::Full { .. } => {
            ask_about(desk, id, about, Some(error)).await
        }
        other => desk.fail(&other),
    }
}

async fn ask_about(desk: &Desk, id: PersonId, about: PersonPrompt, error: Option<Error>) -> Response {
    let status = error.as_ref().map_or(StatusCode::OK, status_of);
    let prompt = async {
        let (service, caller) = (&desk.console.service, desk.caller()?);
        service.may_manage_people(caller).await?;
        let row = service.person_row(caller, id).await?;
        let recipients = match about {
            PersonPrompt::HandOver => service.recipients(caller).await?,
            _ => Vec::new(),
        };
        Ok(PeoplePrompt::Ask { about, person: row.person, tokens: row.tokens, recipients, error })
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
        Ok(page) => desk.show(status, documents::people(&desk.frame, &page, Some(prompt), "")),
        Err(error) => desk.fail(&error),
    }
}
