//! The pause of a token, and its end.

use crate::desk::{Desk, Sent};
use app::{
    documents,
    domain::{Error, TokenId},
    paths,
};
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
}

pub async fn show_disable(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, true, None).await
}

pub async fn show_enable(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, false, None).await
}

pub async fn disable(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    send(&desk, &id, true, &fields).await
}

pub async fn enable(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    send(&desk, &id, false, &fields).await
}

async fn send(desk: &Desk, id: &str, is_disabled: bool, fields: &Fields) -> Response {
    let paused = async {
        let id: TokenId = id.parse()?;
        desk.console.service.pause_token_at(desk.caller()?, id, fields.version, is_disabled).await
    };
    match paused.await {
        Ok(_) => Redirect::to(paths::TOKENS).into_response(),
        Err(error @ Error::Conflict { .. }) => ask(desk, id, is_disabled, Some(error)).await,
        Err(error) => desk.fail(&error),
    }
}

async fn ask(desk: &Desk, id: &str, is_disabled: bool, error: Option<Error>) -> Response {
    match async { desk.console.service.pause_prompt(desk.caller()?, id.parse()?).await }.await {
        Ok((token, recent_use)) => {
            let html = documents::pause(&desk.frame, &token, &recent_use, is_disabled, error.as_ref());
            match error {
                Some(error) => desk.refuse(&error, html),
                None => desk.show(StatusCode::OK, html),
            }
        }
        Err(error) => desk.fail(&error),
    }
}
