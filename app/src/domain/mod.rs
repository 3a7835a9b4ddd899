//! The rules, free of frameworks: types, parsers and sentences that the server and the browser share.
//!
//! Pure on purpose: no Leptos, no HTTP, no SQL, no clock, no randomness, no hashing. A value that has been
//! parsed here is trusted everywhere else; every sentence a person reads about a rule is written beside the rule.

mod accounts;
mod api_reference;
mod audit;
mod catalogue;
mod done;
mod error;
mod folded;
mod id;
mod json;
mod limits;
mod notices;
mod page;
mod people;
mod text;
mod time;
mod tokens;
mod usage;
mod verify;
mod view;
mod webhooks;
mod workspace;

pub use accounts::*;
pub use audit::*;
pub use catalogue::*;
pub use notices::*;
pub use people::*;
pub use time::*;
pub use tokens::*;
pub use usage::*;
pub use verify::*;
pub use webhooks::*;
pub use workspace::*;

pub use api_reference::{ApiBlock, ApiExample, ApiFact, ApiOperation, ApiReference, ApiSection, ApiTable};
pub use done::{Done, NewCodes, NewLink, NewSecret};
pub use error::{Error, Field, FieldError};
pub use folded::Folded;
pub use id::{PasskeyId, PersonId, RequestId, SessionId, TokenId, WebhookId};
pub use json::from_json;
pub use limits::*;
pub use page::{Cursor, CursorError, Direction, Page};
pub use text::{
    Description, Email, PasskeyName, PersonName, TextError, TokenName, WorkspaceName, without_joiners,
};
pub use view::view_of;
