//! Deleted tokens: those that can be brought back, and the way to do it.

use crate::desk::{Desk, Sent, Wanted};
use app::{
    documents::{self, RestoreForm},
    domain::Error,
    service::{Restored, Undo},
};
use axum::{extract::Path, http::StatusCode, response::Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// What it is called from now on, and when it ends; as before, when nothing is said.
    name: Option<String>,
    expires_at: Option<String>,
}

pub async fn list(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    let page = async { desk.console.service.deleted_tokens(desk.caller()?, asked.cursor.as_deref()).await };
    match page.await {
        Ok(page) => desk.show(StatusCode::OK, documents::deleted(&desk.frame, &page)),
        Err(error) => desk.fail(&error),
    }
}

pub async fn show(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, RestoreForm::default(), None).await
}

/// The one answer that holds the new secret.
pub async fn send(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    let form = RestoreForm { name: fields.name, expires_at: fields.expires_at };
    let restored = async {
        let (name, end) = (form.name.as_deref(), form.expires_at.as_deref());
        desk.console.service.restore_token(desk.caller()?, id.parse()?, name, end).await
    };
    match restored.await {
        Ok(Restored::Done(created)) => {
            desk.show(StatusCode::CREATED, documents::restored(&desk.frame, &created))
        }
        Ok(Restored::Not(undo)) => {
            let status = if let Undo::Over(..) = undo { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
            desk.show(status, documents::restore(&desk.frame, &undo, &RestoreForm::default(), None))
        }
        Err(error @ (Error::Invalid { .. } | Error::Full { .. })) => ask(&desk, &id, form, Some(error)).await,
        Err(error) => desk.fail(&error),
    }
}

async fn ask(desk: &Desk, id: &str, form: RestoreForm, error: Option<Error>) -> Response {
    match async { desk.console.service.restore_prompt(desk.caller()?, id.parse()?).await }.await {
        Ok(undo) => {
            let html = documents::restore(&desk.frame, &undo, &form, error.as_ref());
            match (error, undo) {
                (Some(error), _) => desk.refuse(&error, html),
                (None, Undo::Over(..)) => desk.show(StatusCode::NOT_FOUND, html),
                (None, _) => desk.show(StatusCode::OK, html),
            }
        }
        Err(error) => desk.fail(&error),
    }
}
