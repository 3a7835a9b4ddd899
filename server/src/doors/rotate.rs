//! A new secret for a token, and the end of the old one.

use crate::desk::{Desk, Sent};
use app::{
    documents,
    domain::{Error, OVERLAP_USUAL, TokenId, parse_overlap},
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
    #[serde(default)]
    overlap_seconds: String,
}

pub async fn show(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, &OVERLAP_USUAL.to_string(), None).await
}

/// The one answer that holds the secret.
pub async fn send(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    let rotated = async {
        let (id, overlap) = (id.parse::<TokenId>()?, parse_overlap(&fields.overlap_seconds)?);
        desk.console.service.rotate_token_at(desk.caller()?, id, fields.version, overlap).await
    };
    match rotated.await {
        Ok(created) => desk.show(StatusCode::CREATED, documents::new_secret(&desk.frame, &created)),
        Err(error @ (Error::Invalid { .. } | Error::Conflict { .. })) => {
            ask(&desk, &id, &fields.overlap_seconds, Some(error)).await
        }
        Err(error) => desk.fail(&error),
    }
}

pub async fn end_old(desk: Desk, Path(id): Path<String>) -> Response {
    match async { desk.console.service.end_old_secret(desk.caller()?, id.parse()?).await }.await {
        Ok(_) => Redirect::to(paths::TOKENS).into_response(),
        Err(error) => desk.fail(&error),
    }
}

async fn ask(desk: &Desk, id: &str, overlap: &str, error: Option<Error>) -> Response {
    match async { desk.console.service.rotate_prompt(desk.caller()?, id.parse()?).await }.await {
        Ok(about) => {
            let html = documents::rotate(&desk.frame, &about, overlap, error.as_ref());
            match error {
                Some(error) => desk.refuse(&error, html),
                None => desk.show(StatusCode::OK, html),
            }
        }
        Err(error) => desk.fail(&error),
    }
}
