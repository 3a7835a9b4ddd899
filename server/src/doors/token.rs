//! The page of one token.

use crate::desk::{Desk, Wanted};
use app::documents;
use axum::{extract::Path, http::StatusCode, response::Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    range: String,
    #[serde(default)]
    done: String,
}

pub async fn show(desk: Desk, Path(id): Path<String>, Wanted(asked): Wanted<Asked>) -> Response {
    let record = async { desk.console.service.token_record(desk.caller()?, id.parse()?, &asked.range).await };
    match record.await {
        Ok(record) => desk.show(StatusCode::OK, documents::token(&desk.frame, record, &asked.done)),
        Err(error) => desk.fail(&error),
    }
}
