//! Settings > General: the workspace and the rules of its tokens.

use super::done;
use crate::{
    desk::{Desk, Sent, Wanted},
    render::status_of,
};
use app::{
    documents::{self, GeneralForm},
    domain::{Error, WorkspaceForm},
    paths,
    service::WorkspaceEdit,
};
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    version: i64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    lifetime_days: String,
    /// A box that is not ticked is not sent.
    #[serde(default)]
    expiry_required: Option<String>,
    #[serde(default)]
    idle_days: String,
    #[serde(default)]
    undo_days: String,
    /// The change that was asked about.
    #[serde(default)]
    confirmed: String,
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    page(&desk, StatusCode::OK, None, &asked.done).await
}

pub async fn send(desk: Desk, Sent(fields): Sent<Fields>) -> Response {
    let Fields { version, name, prefix, lifetime_days, expiry_required, idle_days, undo_days, confirmed } =
        fields;
    let expiry_required = expiry_required.is_some();
    let form = WorkspaceForm { name, prefix, lifetime_days, expiry_required, idle_days, undo_days };
    let service = &desk.console.service;
    let saved = async { service.change_workspace(desk.caller()?, version, &form, &confirmed).await };
    let (status, form) = match saved.await {
        Ok(WorkspaceEdit::Saved) => return done(paths::GENERAL, "general"),
        Ok(WorkspaceEdit::Asks(stricter)) => {
            (StatusCode::CONFLICT, GeneralForm::Asks { version, form, stricter })
        }
        Ok(WorkspaceEdit::Meanwhile(stored)) => {
            (StatusCode::CONFLICT, GeneralForm::Meanwhile { form, stored })
        }
        Err(error @ Error::Invalid { .. }) => {
            (status_of(&error), GeneralForm::Refused { version, form, error })
        }
        Err(error) => return desk.fail(&error),
    };
    page(&desk, status, Some(form), "").await
}

async fn page(desk: &Desk, status: StatusCode, form: Option<GeneralForm>, done: &str) -> Response {
    match async { desk.console.service.general(desk.caller()?).await }.await {
        Ok(page) => desk.show(status, documents::general(&desk.frame, &page, form, done)),
        Err(error) => desk.fail(&error),
    }
}
