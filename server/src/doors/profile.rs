//! The person's own page.

use super::done;
use crate::{
    cookies,
    desk::{Desk, Sent, Wanted},
};
use app::{
    documents::{self, ProfileProblem},
    domain::Error,
    paths,
};
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameFields {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThemeFields {
    theme: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordFields {
    current_password: String,
    password: String,
    again: String,
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    write(&desk, None, &asked.done).await
}

pub async fn rename(desk: Desk, Sent(fields): Sent<NameFields>) -> Response {
    match async { desk.console.service.rename(desk.caller()?, &fields.name).await }.await {
        Ok(()) => done(paths::PROFILE, "name"),
        Err(error @ Error::Invalid { .. }) => {
            write(&desk, Some(ProfileProblem::Name { typed: fields.name, error }), "").await
        }
        Err(error) => desk.fail(&error),
    }
}

pub async fn choose_theme(desk: Desk, Sent(fields): Sent<ThemeFields>) -> Response {
    match async { desk.console.service.choose_theme(desk.caller()?, &fields.theme).await }.await {
        Ok(()) => done(paths::PROFILE, "theme"),
        Err(error) => desk.fail(&error),
    }
}

pub async fn change_password(desk: Desk, headers: HeaderMap, Sent(fields): Sent<PasswordFields>) -> Response {
    let passwords = (fields.password.as_str(), fields.again.as_str());
    let secure = desk.console.entrance.secure;
    let knock = cookies::read(&headers, secure);
    let changed = async {
        desk.console.service.change_password(desk.caller()?, &fields.current_password, passwords, knock).await
    };
    match changed.await {
        Ok(signed_in) => {
            (cookies::keep(&signed_in, secure), done(paths::PROFILE, "password")).into_response()
        }
        Err(error @ (Error::Invalid { .. } | Error::TooMany { .. } | Error::Busy)) => {
            write(&desk, Some(ProfileProblem::Password(error)), "").await
        }
        Err(error) => desk.fail(&error),
    }
}

pub async fn end_session(desk: Desk, Path(id): Path<String>) -> Response {
    match async { desk.console.service.end_session(desk.caller()?, id.parse()?).await }.await {
        Ok(()) => done(paths::PROFILE, "session"),
        Err(error) => desk.fail(&error),
    }
}

pub async fn end_others(desk: Desk) -> Response {
    match async { desk.console.service.end_other_sessions(desk.caller()?).await }.await {
        Ok(()) => done(paths::PROFILE, "sessions"),
        Err(error) => desk.fail(&error),
    }
}

async fn write(desk: &Desk, problem: Option<ProfileProblem>, done: &str) -> Response {
    let data = async {
        let (service, caller) = (&desk.console.service, desk.caller()?);
        let (person, sessions) = (service.myself(caller).await?, service.sessions(caller).await?);
        Ok::<_, Error>((person, sessions, service.link_news(caller).await?))
    };
    let refused = match &problem {
        Some(ProfileProblem::Name { error, .. } | ProfileProblem::Password(error)) => Some(error.clone()),
        None => None,
    };
    match (data.await, refused) {
        (Ok((person, sessions, link)), refused) => {
            let html = documents::profile(&desk.frame, &person, sessions, link, problem, done);
            match refused {
                Some(error) => desk.refuse(&error, html),
                None => desk.show(StatusCode::OK, html),
            }
        }
        (Err(error), _) => desk.fail(&error),
    }
}
