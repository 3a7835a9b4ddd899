//! The API reference: the document of the door for services, for people.

use crate::{desk::Desk, rest::openapi};
use app::documents;
use axum::{http::StatusCode, response::Response};

pub async fn show(desk: Desk) -> Response {
    let origin = desk.console.entrance.origin();
    desk.show(StatusCode::OK, documents::reference(&desk.frame, &openapi::DOCUMENT, &origin))
}
