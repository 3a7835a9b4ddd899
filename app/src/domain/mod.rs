//! The rules, free of frameworks: types, parsers and sentences that the server and the browser share.
//!
//! Pure on purpose: no Leptos, no HTTP, no SQL, no clock, no randomness, no hashing. A value that has been
//! parsed here is trusted everywhere else; every sentence a person reads about a rule stands beside the rule.

mod catalogue;
mod error;
mod event;
mod limits;
mod page;
mod permission;
mod secret;
mod text;
mod time;
mod token;

pub use catalogue::{Action, Catalogue, CatalogueError, Resource};
pub use error::{Error, Field, FieldError};
pub use event::{Event, EventKind};
pub use limits::*;
pub use page::{Cursor, CursorError, Direction, Page};
pub use permission::{Permission, PermissionError, PermissionSet};
pub use secret::{RevealedSecret, Secret, SecretHint, SecretPrefix, SecretPrefixError};
pub use text::{Description, TextError, TokenName};
pub use time::Timestamp;
pub use token::{Created, PromptData, Token, TokenDetails, TokenForm, TokenId, TokenPage};
