//! Giving one token to another person.

use crate::desk::{Desk, Sent};
use app::{
    documents,
    domain::{Error, Ticked, TokenId},
    paths,
};
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    version: Option<i64>,
    #[serde(default)]
    owner: String,
    /// The token, if it keeps Tokenry's own permissions.
    #[serde(default)]
    keep: Vec<String>,
}

pub async fn show(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, Fields::default(), None).await
}

pub async fn send(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    let ticked = Ticked { keep: fields.keep.clone(), ..Ticked::default() };
    let given = async {
        let (id, consents): (TokenId, _) = (id.parse()?, ticked.parse()?);
        let service = &desk.console.service;
        service.hand_over_token_with(desk.caller()?, id, fields.version, &fields.owner, &consents).await
    };
    match given.await {
        Ok((token, _)) => Redirect::to(&paths::token_handed_over(token.id)).into_response(),
        Err(
            error @ (Error::Invalid { .. }
            | Error::NamesCollide { .. }
            | Error::Full { .. }
            | Error::Conflict { .. }),
        ) => ask(&desk, &id, fields, Some(error)).await,
        Err(error) => desk.fail(&error),
    }
}

async fn ask(desk: &Desk, id: &str, fields: Fields, error: Option<Error>) -> Response {
    let ticked = Ticked { keep: fields.keep, ..Ticked::default() };
    match async { desk.console.service.hand_over_prompt(desk.caller()?, id.parse()?).await }.await {
        Ok(about) => {
            let html = documents::hand_over(&desk.frame, about, &fields.owner, &ticked, error.as_ref());
            match error {
                Some(error) => desk.refuse(&error, html),
                None => desk.show(StatusCode::OK, html),
            }
        }
        Err(error) => desk.fail(&error),
    }
}
