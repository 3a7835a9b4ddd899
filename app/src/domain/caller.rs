//! Who asks, and from where. It travels first through every use case.

use super::{PersonId, PersonName, Right, Role, Session, SessionId, Theme, Timestamp, TokenId};

/// Where a request comes from, for the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// An IP address, or `command line`.
    pub address: String,
    /// What the client calls itself.
    pub client: String,
    pub request_id: String,
}

impl Visit {
    /// Somebody at the machine itself.
    pub fn command_line() -> Self {
        Self { address: "command line".to_owned(), client: String::new(), request_id: String::new() }
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub id: PersonId,
    pub name: PersonName,
    pub role: Role,
    pub theme: Theme,
    pub session: SessionId,
    pub signed_in_at: Timestamp,
    pub visit: Visit,
}

/// Whose tokens a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everybody,
    /// Only what this person owns; all else does not exist.
    Owner(PersonId),
}

impl Caller {
    /// The tokens that exist for this person.
    pub const fn scope(&self) -> Scope {
        if super::may(self.role, Right::SeeAllTokens) { Scope::Everybody } else { Scope::Owner(self.id) }
    }
}

/// What a refused request was about, for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Nothing,
    Token(TokenId),
    Person(PersonId),
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub session: Session,
    /// The one that asks.
    pub is_this: bool,
}
