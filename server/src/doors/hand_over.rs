//! Giving one token to another person.

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
    #[serde(default)]
    owner: String,
}

pub async fn show(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, None).await
}

pub async fn send(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    let given = async {
        let id: TokenId = id.parse()?;
        desk.console.service.hand_over_token(desk.caller()?, id, &fields.owner).await
    };
    match given.await {
        Ok(_) => Redirect::to(paths::TOKENS).into_response(),
        Err(error @ (Error::Invalid { .. } | Error::NamesCollide { .. } | Error::Full { .. })) => {
            ask(&desk, &id, Some(error)).await
        }
        Err(error) => desk.fail(&error),
    }
}

async fn ask(desk: &Desk, id: &str, error: Option<Error>) -> Response {
    let data = async { desk.console.service.hand_over_prompt(desk.caller()?, id.parse()?).await };
    match data.await {
        Ok((token, recipients)) => {
            let html = documents::hand_over(&desk.frame, &token, recipients, error.as_ref());
            match error {
                Some(error) => desk.refuse(&error, html),
                None => desk.show(StatusCode::OK, html),
            }
        }
        Err(error) => desk.fail(&error),
    }
}
