//! Handlers of the documents: each reads a form, calls one method of the service, and shows a page or leads on.

pub mod audit;
pub mod bulk;
pub mod export;
pub mod general;
pub mod hand_over;
pub mod overview;
pub mod pause;
pub mod people;
pub mod permissions;
pub mod profile;
pub mod restore;
pub mod rotate;
pub mod token;

use axum::response::{IntoResponse, Redirect, Response};

/// On to a page that says what was done, by a fixed word.
fn done(path: &str, word: &str) -> Response {
    Redirect::to(&format!("{path}?done={word}")).into_response()
}
