//! The same done to several tokens: the prompt that asks, and what became of each.

use crate::desk::{Desk, Sent, Wanted};
use app::{
    documents,
    domain::{Error, Field, SeenToken, Ticked},
    service::BulkResult,
};
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

/// What the form around the table sends. What else it may hold is passed over.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    action: String,
    #[serde(default)]
    id: Vec<String>,
    /// The search part of the URL of the list, to lead back to it.
    #[serde(default)]
    list: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    #[serde(default)]
    action: String,
    #[serde(default)]
    tokens: String,
    #[serde(default)]
    owner: String,
    /// Tokens that keep Tokenry's own permissions when they are handed over.
    #[serde(default)]
    keep: Vec<String>,
    #[serde(default)]
    list: String,
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    ask(&desk, &asked, ("", &Ticked::default()), None).await
}

pub async fn send(desk: Desk, Sent(fields): Sent<Fields>) -> Response {
    let Fields { action, tokens, owner, keep, list } = fields;
    let ticked = Ticked { keep, ..Ticked::default() };
    match async { desk.console.service.bulk(desk.caller()?, &action, &tokens, &owner, &ticked).await }.await {
        Ok(result) => tell(&desk, &result, &list),
        // Only whom to give them to is a field that can be filled in again.
        Err(error) if error.detail_for(Field::Owner).is_some() => {
            let seen = SeenToken::parse_all(&tokens).unwrap_or_default();
            let id = seen.iter().map(|seen| seen.id.to_string()).collect();
            ask(&desk, &Asked { action, id, list }, (&owner, &ticked), Some(error)).await
        }
        Err(error) => desk.fail(&error),
    }
}

/// What became of each. `list` leads back to where it began.
pub fn tell(desk: &Desk, result: &BulkResult, list: &str) -> Response {
    let html = documents::bulk_result(&desk.frame, result, list);
    match result.failure() {
        Some(error) => desk.refuse(&error, html),
        None => desk.show(StatusCode::OK, html),
    }
}

async fn ask(desk: &Desk, asked: &Asked, answers: (&str, &Ticked), error: Option<Error>) -> Response {
    let Asked { action, id, list } = asked;
    match async { desk.console.service.bulk_prompt(desk.caller()?, action, id).await }.await {
        Ok(prompt) => {
            let html = documents::bulk(&desk.frame, &prompt, list, answers, error.as_ref());
            match error.or(prompt.failure()) {
                Some(error) => desk.refuse(&error, html),
                None => desk.show(StatusCode::OK, html),
            }
        }
        Err(error) => desk.fail(&error),
    }
}
