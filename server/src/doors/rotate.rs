//! A new secret for a token, and the end of the old one.

use crate::desk::{Desk, Sent};
use app::{
    documents::{self, RotateForm},
    domain::{Error, Overlap, TokenId},
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
    /// Nothing is not at all.
    #[serde(default)]
    quiet_seconds: String,
}

pub async fn show(desk: Desk, Path(id): Path<String>) -> Response {
    ask(&desk, &id, RotateForm::default(), None).await
}

/// The one answer that holds the secret.
pub async fn send(desk: Desk, Path(id): Path<String>, Sent(fields): Sent<Fields>) -> Response {
    let Fields { version, overlap_seconds, quiet_seconds } = fields;
    let rotated = async {
        let (id, overlap) = (id.parse::<TokenId>()?, Overlap::parse(&overlap_seconds, &quiet_seconds)?);
        let created = desk.console.service.rotate_token_at(desk.caller()?, id, version, overlap).await?;
        Ok((created, overlap))
    };
    match rotated.await {
        Ok((created, overlap)) => {
            desk.show(StatusCode::CREATED, documents::new_secret(&desk.frame, &created, overlap))
        }
        Err(error @ (Error::Invalid { .. } | Error::Conflict { .. })) => {
            ask(&desk, &id, RotateForm { overlap_seconds, quiet_seconds }, Some(error)).await
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

async fn ask(desk: &Desk, id: &str, form: RotateForm, error: Option<Error>) -> Response {
    match async { desk.console.service.rotate_prompt(desk.caller()?, id.parse()?).await }.await {
        Ok(about) => {
            let html = documents::rotate(&desk.frame, &about, &form, error.as_ref());
            match error {
                Some(error) => desk.refuse(&error, html),
                None => desk.show(StatusCode::OK, html),
            }
        }
        Err(error) => desk.fail(&error),
    }
}
