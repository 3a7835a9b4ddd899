//! The overview.

use crate::desk::{Desk, Wanted};
use app::documents;
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    range: String,
}

pub async fn show(desk: Desk, Wanted(asked): Wanted<Asked>) -> Response {
    let page = async { desk.console.service.overview(desk.caller()?, &asked.range).await };
    match page.await {
        Ok(page) => {
            let origin = desk.console.entrance.origin();
            desk.show(StatusCode::OK, documents::overview(&desk.frame, page, &origin))
        }
        Err(error) => desk.fail(&error),
    }
}
