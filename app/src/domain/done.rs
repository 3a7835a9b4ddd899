//! What the console shows of a change that has been made.

use super::{BulkResult, Error, RevealedSecret, TokenName};
use serde::{Deserialize, Serialize};

/// The outcome of a form that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// A sentence, said once; with the prompt that takes the change back, if there is one. A prompt closes.
    Said { said: String, undo: Option<String> },
    /// The same at another place of the console.
    Elsewhere { to: String, said: String, undo: Option<String> },
    /// A new secret, shown once.
    Secret(Box<NewSecret>),
    /// A one-time link for somebody, shown once.
    Link(Box<NewLink>),
    /// What became of several tokens, each by its name.
    Bulk(Box<BulkResult>),
}

impl Done {
    /// Nothing takes it back.
    pub fn said(said: impl Into<String>) -> Self {
        Self::Said { said: said.into(), undo: None }
    }

    /// The status of the page that shows it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Said { .. } | Self::Elsewhere { .. } => 303,
            Self::Secret(_) | Self::Link(_) => 201,
            Self::Bulk(_) => self.failure().map_or(200, |error| error.status()),
        }
    }

    /// Why nothing of it was done after all.
    pub fn failure(&self) -> Option<Error> {
        match self {
            Self::Bulk(result) => result.failure(),
            _ => None,
        }
    }
}

/// A secret and what to know about it. Serialised once, into the answer to the form that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSecret {
    pub name: TokenName,
    pub secret: RevealedSecret,
    /// The heading: `“Nightly backup” is ready`.
    pub title: String,
    /// What happens to the old secret, what still keeps the token from working.
    pub notes: Vec<String>,
    /// Said when the secret is put away.
    pub said: String,
}

/// A link by which somebody chooses a password. Serialised once, like a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLink {
    pub title: String,
    /// What to do with it, and how long it works.
    pub about: String,
    pub link: String,
    /// Said when the link is put away.
    pub said: String,
}
