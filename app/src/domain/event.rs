//! One line of the audit log. It is written in the same transaction as the change it records.

use super::{Timestamp, TokenId};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    TokenCreated,
    TokenEdited,
    TokenDeleted,
    CatalogueReplaced,
}

impl EventKind {
    /// The stable name, as stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TokenCreated => "token.created",
            Self::TokenEdited => "token.edited",
            Self::TokenDeleted => "token.deleted",
            Self::CatalogueReplaced => "catalogue.replaced",
        }
    }
}

/// A line of the audit log. `details` is JSON, and never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    pub kind: EventKind,
    pub token: Option<TokenId>,
    pub details: String,
}
