//! The pause of a token, and its end.

use super::bulk::tell;
use crate::desk::{Desk, Sent};
use app::{documents, domain::Error, paths};
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    version: Option<i64>,
    /// Is what it made to be paused, too?
    #[serde(default)]
    with_children: bool,
}

pub async fn show_disable(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, true, None).await
}

pub async fn show_enable(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, false, None).await
}

pub async fn disable(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    let Fields { version, with_children } = fields;
    let disabled = async {
        desk.console.service.disable_token_and(desk.caller()?, id.parse()?, version, with_children).await
    };
    match disabled.await {
        Ok(Some(result)) => tell(&desk, &result, ""),
        Ok(None) => Redirect::to(paths::TOKENS).into_response(),
        Err(error) => refuse(&desk, &id, true, error).await,
    }
}

pub async fn enable(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    let enabled = async {
        desk.console.service.pause_token_at(desk.caller()?, id.parse()?, fields.version, false).await
    };
    match enabled.await {
        Ok(_) => Redirect::to(paths::TOKENS).into_response(),
        Err(error) => refuse(&desk, &id, false, error).await,
    }
}

async fn refuse(desk: &Desk, id: &str, is_disabled: bool, error: Error) -> Response {
    match error {
        error @ Error::Conflict { .. } => ask(desk, id, is_disabled, Some(error)).await,
        error => desk.fail(&error),
    }
}

async fn ask(desk: &Desk, id: &str, is_disabled: bool, error: Option<Error>) -> Response {
    match async { desk.console.service.pause_prompt(desk.caller()?, id.parse()?).await }.await {
        Ok(about) => {
            let html = documents::pause(&desk.frame, &about, is_disabled, error.as_ref());
            match error {
                Some(error) => desk.refuse(&error, html),
                None => desk.show(StatusCode::OK, html),
            }
        }
        Err(error) => desk.fail(&error),
    }
}
