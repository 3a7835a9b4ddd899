//! The one error that crosses every floor, for three readers: the person gets a sentence, the script a stable
//! code. The operator's cause is logged where it happened; it never travels inside this type.

use super::Token;
use serde::{Deserialize, Serialize};

/// What can go wrong, as far as a caller is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// Some fields need another look. Nothing was changed.
    #[error("Some fields need another look.")]
    Invalid { errors: Vec<FieldError> },
    /// The request could not be understood at all.
    #[error("This request could not be understood.")]
    Malformed,
    /// It does not exist, was deleted, or is none of the caller's business.
    #[error("This token does not exist, or has been deleted.")]
    NotFound,
    /// Somebody else saved first. `current` is what is stored now.
    #[error("Somebody else saved this token while you were editing it.")]
    Conflict { current: Box<Token> },
    /// The body is over the limit.
    #[error("This is more than the server accepts in one request.")]
    TooLarge,
    /// The body is of a kind the server does not read.
    #[error("The server does not read this kind of content.")]
    UnsupportedMediaType,
    /// The data cannot be reached now. Nothing was changed.
    #[error("Tokenry cannot reach its data right now. Nothing was changed; try again in a moment.")]
    Unavailable,
    /// The browser could not reach the server.
    #[error("The server could not be reached. Check the connection and try again; nothing was lost.")]
    Unreachable,
}

/// A place in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Description,
    Permissions,
    Cursor,
}

impl Field {
    /// The name of the form field, and of the JSON member.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Permissions => "permissions",
            Self::Cursor => "cursor",
        }
    }
}

/// What is wrong with one field: a code for scripts, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: Field,
    /// Stable, for scripts.
    pub code: String,
    pub detail: String,
}

impl FieldError {
    pub fn new(field: Field, code: &str, detail: impl Into<String>) -> Self {
        Self { field, code: code.to_owned(), detail: detail.into() }
    }
}

impl Error {
    /// One field was wrong.
    pub fn field(field: Field, code: &str, detail: impl Into<String>) -> Self {
        Self::Invalid { errors: vec![FieldError::new(field, code, detail)] }
    }

    /// The sentence for one field, when this error has one.
    pub fn detail_for(&self, field: Field) -> Option<&str> {
        match self {
            Self::Invalid { errors } => errors.iter().find(|e| e.field == field).map(|e| e.detail.as_str()),
            _ => None,
        }
    }

    /// The status that every door answers with.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NotFound => 404,
            Self::Conflict { .. } => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid { .. } => 422,
            Self::Unavailable | Self::Unreachable => 503,
        }
    }
}
