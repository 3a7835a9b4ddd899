//! The console's answer to a change that has been made.

use super::{BulkResult, Error, RevealedSecret, TokenName};
use serde::{Deserialize, Serialize};

/// The outcome of a form that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// A sentence, shown once, with the prompt that undoes the change, if there is one. An open prompt closes.
    Said { said: String, undo: Option<String> },
    /// [`Done::Said`] on another page of the console.
    Elsewhere { to: String, said: String, undo: Option<String> },
    /// A new secret, shown once.
    Secret(Box<NewSecret>),
    /// A one-time link for somebody, shown once.
    Link(Box<NewLink>),
    /// A key that messages are signed with, shown once.
    Key(Box<NewLink>),
    /// Recovery codes, shown once.
    Codes(Box<NewCodes>),
    /// The outcome for several tokens, each by its name.
    Bulk(Box<BulkResult>),
}

impl Done {
    /// A sentence about a change that has no undo.
    pub fn said(said: impl Into<String>) -> Self {
        Self::Said { said: said.into(), undo: None }
    }

    /// The HTTP status of the page that shows it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Said { .. } | Self::Elsewhere { .. } => 303,
            Self::Secret(_) | Self::Link(_) | Self::Key(_) | Self::Codes(_) => 201,
            Self::Bulk(_) => self.failure().map_or(200, |error| error.status()),
        }
    }

    /// The error, if nothing was changed after all.
    pub fn failure(&self) -> Option<Error> {
        match self {
            Self::Bulk(result) => result.failure(),
            _ => None,
        }
    }
}

/// A secret and notes on it. Serialised once, into the answer to the form that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    pub name: TokenName,
    pub secret: RevealedSecret,
    /// The heading: `“Nightly backup” is ready`.
    pub title: String,
    /// The fate of the old secret, and anything that still keeps the token from working.
    pub notes: Vec<String>,
    /// Shown when the secret is dismissed.
    pub said: String,
}

/// A link with which somebody chooses a password. Serialised once, like a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLink {
    pub title: String,
    /// Instructions for the link, and its lifetime.
    pub about: String,
    pub link: String,
    /// Shown when the link is dismissed.
    pub said: String,
}

/// Recovery codes, one in a line. Serialised once, like a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCodes {
    pub codes: String,
    /// Shown when they are dismissed.
    pub said: String,
}

impl std::fmt::Debug for NewCodes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewCodes")
    }
}
