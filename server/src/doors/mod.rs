//! Handlers of the documents: each reads a form, calls one method of the service, and shows a page or leads on.

pub mod audit;
pub mod export;

use axum::response::{IntoResponse, Redirect, Response};

/// On to a page that says what was done, by a fixed word.
fn done(path: &str, word: &str) -> Response {
    Redirect::to(&format!("{path}?done={word}")).into_response()
}
